/// The environment, in which an empty variable is none.
struct Variables {
    private let environment: [String: String]

    init(_ environment: [String: String]) {
        self.environment = environment
    }

    /// The value of a variable; nil if it is unset or empty.
    subscript(_ name: String) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The server's address.
    var url: String { self["TIO_URL"] ?? TenableIO.standardURL }
}
