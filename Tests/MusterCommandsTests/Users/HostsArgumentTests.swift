import ArgumentParser
import Testing

@testable import MusterCommands

@Suite("Hosts on the command line")
struct HostsArgumentTests {
    @Test("any and anywhere are words for it, in any case", arguments: ["any", "ANY", "anywhere"])
    func anywhere(_ text: String) throws {
        #expect(try #require(HostsArgument(argument: text)).networks.isEmpty)
    }

    @Test(
        "an empty text is not anywhere, and an empty place between commas is kept",
        arguments: [
            ("", [""]), (",", ["", ""]), ("10.0.0.1,", ["10.0.0.1", ""]), (" ", [" "]),
            ("10.0.0.1,any", ["10.0.0.1", "any"]),
        ]
    )
    func empty(_ text: String, _ networks: [String]) throws {
        #expect(try #require(HostsArgument(argument: text)).networks == networks)
    }

    @Test("commas and words are found by their bytes, whatever follows them")
    func bytes() throws {
        let hosts = try #require(HostsArgument(argument: "10.0.0.1,\u{301}10.0.0.2"))
        #expect(hosts.networks == ["10.0.0.1", "\u{301}10.0.0.2"])
        #expect(try #require(HostsArgument(argument: "any\u{301}")).networks == ["any\u{301}"])
    }

    @Test("--hosts without a host is refused", arguments: ["", ",", "10.0.0.1,"])
    func refused(_ hosts: String) {
        for words in [["users", "add", "ann"], ["users", "edit", "ann"]] {
            #expect(throws: (any Error).self) {
                try Muster.parseAsRoot(words + ["--hosts", hosts])
            }
        }
    }
}
