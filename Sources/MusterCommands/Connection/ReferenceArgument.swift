import ArgumentParser

/// Something of the directory, named on the command line.
protocol ReferenceArgument: ExpressibleByArgument, Sendable {
    /// What it is.
    static var noun: String { get }

    /// The text, as it was typed.
    var text: String { get }

    init(text: String)
}

extension ReferenceArgument {
    init?(argument: String) {
        guard !argument.isEmpty else { return nil }
        self.init(text: argument)
    }

    /// What to say if there is no such thing.
    var missing: String { "There is no \(Self.noun) \(text)." }
}
