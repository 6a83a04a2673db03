import ArgumentParser
import TextBytes

/// Where a user may come from, on the command line: addresses and networks between commas, or `any`.
///
/// A cell of a file that a server was sent is read as well, of whatever length.
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
        if ["any", "anywhere"].contains(where: { $0.hasSameFoldedBytes(as: argument) }) {
            networks = []
        } else {
            let comma = UInt8(ascii: ",")
            networks = argument.utf8.split(separator: comma, omittingEmptySubsequences: false)
                .map { String(Substring($0)) }
        }
    }
}
