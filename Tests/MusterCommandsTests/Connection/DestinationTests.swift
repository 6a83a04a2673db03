import MusterCore
import Testing

@testable import MusterCommands

@Suite("Which server, and as whom")
struct DestinationTests {
    private let profiles: ProfileSet = {
        var set = ProfileSet()
        for (name, url) in [("default", "https://one.example"), ("lab", "https://lab.example/")] {
            set[name] = Profile(
                url: url,
                authority: name == "lab" ? "/lab.pem" : nil,
                allowsPlaintext: name == "lab",
                username: "jane",
                credentials: .session(token: Secret("token-of-\(name)"))
            )
        }
        return set
    }()

    private func destination(
        _ choice: Destination.Choice = .init(),
        _ environment: [String: String] = [:]
    ) throws(CommandError) -> Destination {
        try Destination(choice, environment: environment) { () throws(CommandError) in profiles }
    }

    private func token(_ destination: Destination) -> String? {
        guard case .session(let token)? = destination.credentials else { return nil }
        return token.withExposedValue { $0 }
    }

    @Test("without a word it is the profile default")
    func standard() throws {
        let found = try destination()
        #expect(found.url == "https://one.example" && found.proof == .profile("default"))
        #expect(token(found) == "token-of-default")
    }

    @Test("without a profile it is the server on this machine, and nobody")
    func nobody() throws {
        let found = try Destination(.init(), environment: [:]) { () throws(CommandError) in
            ProfileSet()
        }
        #expect(found.url == "http://127.0.0.1:8834" && found.proof == .none)
        #expect(found.credentials == nil)
    }

    @Test("a profile is named on the command line, or in MUSTER_PROFILE")
    func named() throws {
        for found in [
            try destination(.init(profile: "lab")),
            try destination(.init(), ["MUSTER_PROFILE": "lab"]),
        ] {
            #expect(found.url == "https://lab.example/" && token(found) == "token-of-lab")
            #expect(found.authority == "/lab.pem" && found.allowsPlaintext)
        }
    }

    @Test(
        "the credentials of a profile go to its own address only",
        arguments: [
            ("https://one.example", true), ("https://one.example/", true),
            ("http://one.example", false),
            ("https://one.example.evil.example", false), ("https://one.example:8443", false),
            ("https://ONE.example", false), ("https://one.example/other", false),
        ]
    )
    func elsewhere(_ url: String, _ isSame: Bool) throws {
        for found in [
            try destination(.init(url: url)), try destination(.init(), ["MUSTER_URL": url]),
        ] {
            #expect(found.url == url)
            #expect((found.credentials != nil) == isSame)
            #expect(found.proof == (isSame ? .profile("default") : .none))
        }
    }

    @Test("the environment's credentials go before a profile's, but not before one that is named")
    func environment() throws {
        let found = try destination(
            .init(),
            ["MUSTER_TOKEN": "t", "MUSTER_URL": "https://x.example"]
        )
        #expect(found.url == "https://x.example" && token(found) == "t")
        #expect(found.proof == .environment("MUSTER_TOKEN"))
        let named = try destination(
            .init(profile: "lab"),
            ["MUSTER_TOKEN": "t", "MUSTER_URL": "https://x.example"]
        )
        #expect(named.url == "https://lab.example/" && token(named) == "token-of-lab")
    }

    @Test("API keys come as two variables")
    func keys() throws {
        let found = try destination(.init(), ["MUSTER_ACCESS_KEY": "a", "MUSTER_SECRET_KEY": "s"])
        guard case .apiKeys(let access, let secret)? = found.credentials else {
            Issue.record("no keys")
            return
        }
        #expect(access == "a" && secret.withExposedValue { $0 == "s" })
        #expect(found.url == "https://one.example")
    }

    @Test(
        "half a pair, or two kinds at a time, is refused",
        arguments: [
            ["MUSTER_ACCESS_KEY": "a"], ["MUSTER_SECRET_KEY": "s"],
            ["MUSTER_TOKEN": "t", "MUSTER_ACCESS_KEY": "a", "MUSTER_SECRET_KEY": "s"],
            ["MUSTER_TOKEN": "t", "MUSTER_SECRET_KEY": "s"],
        ]
    )
    func halves(_ environment: [String: String]) {
        let refusal = #expect(throws: CommandError.self) { try destination(.init(), environment) }
        #expect(refusal?.status == .configuration)
    }

    @Test("an empty variable is none")
    func empty() throws {
        let found = try destination(
            .init(),
            ["MUSTER_TOKEN": "", "MUSTER_URL": "", "MUSTER_PROFILE": ""]
        )
        #expect(found.proof == .profile("default"))
    }

    @Test("the file of profiles is not read where it does not matter")
    func unread() throws {
        let found = try Destination(
            .init(url: "https://x.example"),
            environment: ["MUSTER_TOKEN": "t"]
        ) { () throws(CommandError) in throw CommandError(.configuration, "read") }
        #expect(found.url == "https://x.example")
    }

    @Test(
        "a profile that is named and not there is refused, unless an address is given to log in at"
    )
    func missing() throws {
        let refusal = #expect(throws: CommandError.self) { try destination(.init(profile: "none")) }
        #expect(refusal?.status == .configuration)
        #expect(refusal?.message.contains("muster login --profile none") == true)
        let found = try destination(.init(url: "https://x.example", profile: "none"))
        #expect(found.profileName == "none" && found.credentials == nil)
    }

    @Test(
        "a name that is none of a profile is refused",
        arguments: ["a/b", "..\n", "ä", String(repeating: "a", count: 65)]
    )
    func names(_ name: String) {
        let refusal = #expect(throws: CommandError.self) { try destination(.init(profile: name)) }
        #expect(refusal?.status == .usage)
    }
}
