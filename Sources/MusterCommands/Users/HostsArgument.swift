import ArgumentParser

/// Where a user may come from, on the command line: addresses and networks between commas, or `any`.
struct HostsArgument: ExpressibleByArgument, Sendable {
    /// The networks; none for anywhere.
    let networks: [String]

    static let allValueStrings: [String] = []
    static let defaultCompletionKind = CompletionKind.list(["any"])

    init(networks: [String]) {
        self.networks = networks
    }

    init?(argument: String) {
        // An empty text is no word for it: most come of a variable of a shell that was never set.
        if ["any", "anywhere"].contains(argument.lowercased()) {
            networks = []
        } else {
            networks = argument.split(separator: ",", omittingEmptySubsequences: false)
                .map(String.init)
        }
    }
}
