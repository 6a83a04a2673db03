import Foundation
import Testing

/// Reads the sources: whoever reads on the thread that serves everybody has to have a reason.
@Suite("Only look-ups of one thing read at once")
struct ReadNowSourceTests {
    /// Those that answer where the bytes came in: HTTP's fast path, and LDAP's look-ups of one entry.
    private static let allowed: Set = [
        "MusterCore/Entries/EntryService.swift",
        "MusterServer/Transport/FastPath/FastPathResponder.swift",
    ]

    @Test(
        "nothing else above the stores asks one in this way",
        arguments: ["MusterCore", "MusterServer", "MusterCommands", "MusterDelivery"]
    )
    func asked(_ target: String) throws {
        let sources = URL(filePath: #filePath.components(separatedBy: "/Tests/")[0])
            .appending(path: "Sources")
        let paths = try FileManager.default.subpathsOfDirectory(
            atPath: sources.appending(path: target).path
        )
        // Channels have a method of this name without a parameter.
        let call = try Regex(#"\.readNow\s*(\{|\(\s*\w)"#)
        var found: Set<String> = []
        for path in paths where path.hasSuffix(".swift") {
            let name = "\(target)/\(path)"
            let text = try String(contentsOf: sources.appending(path: name), encoding: .utf8)
            let code = text.split(separator: "\n").filter {
                !$0.drop { $0 == " " }.hasPrefix("//")
            }
            if code.contains(where: { $0.contains(call) }) { found.insert(name) }
        }
        #expect(found == Self.allowed.filter { $0.hasPrefix(target + "/") })
    }
}
