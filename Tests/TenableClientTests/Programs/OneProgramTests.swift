import ClientTestSupport
import MusterCore
import MusterTesting
import Testing

@testable import TenableClient

@Suite("One program, several servers", .timeLimit(.minutes(10)))
struct OneProgramTests {
    @Test("the same program sees the same at Muster and at the service of either time")
    func sameEverywhere() async throws {
        let atMuster = try await self.atMuster()
        #expect(atMuster == OneProgramTests.expected)
        for era in StandIn.Era.allCases {
            #expect(try await at(era) == OneProgramTests.expected, "\(era)")
        }
    }

    private func atMuster() async throws -> [String] {
        var seen: [String] = []
        try await LiveServer.run { server in
            seen = try await server.program.run()
        }
        return seen
    }

    private func at(_ era: StandIn.Era) async throws -> [String] {
        var seen: [String] = []
        try await StandIn.run(era) { server in
            let program = OneProgram(
                url: server.address,
                accessKey: StandIn.accessKey,
                secretKey: StandIn.secretKey
            ) { StandIn.code }
            seen = try await program.run()
        }
        return seen
    }

    private static let expected = [
        "server ready",
        "me admin@example.com 64",
        "jane@example.com Jane Doe doe@example.com 32 true",
        "john@example.com john@example.com john@example.com 16 true",
        "same true",
        "jane@example.com Jane Doe doe@example.com 40 true",
        "jane@example.com Jane Roe doe@example.com 40 true",
        "jane@example.com jane@example.com jane@example.com 40 true",
        "john@example.com john@example.com john@example.com 16 false",
        "john@example.com john@example.com john@example.com 16 true",
        "listed admin@example.com",
        "listed jane@example.com",
        "listed john@example.com",
        "jane@example.com jane@example.com jane@example.com 40 true",
        "jane@example.com Jane jane@example.com 40 true",
        "hers jane@example.com",
        "brief admin@example.com true",
        "brief jane@example.com true",
        "brief john@example.com true",
        "auths true true true",
        "auths true false false",
        "as john@example.com, then as admin@example.com",
        "group All Users 3 true",
        "group Operators, night 1 false",
        "member john@example.com",
        "badRequest 400 32 digits",
        "assigned 1",
        "has true",
        "john@example.com john@example.com john@example.com 24 true",
        "user.create jane@example.com false",
        "user.create john@example.com false",
        "notFound 404 32 digits",
        "notFound 404 32 digits",
        "notFound 0 no number",
        "conflict 409 32 digits",
        "notFound 404 32 digits",
        "notFound 404 32 digits",
        "badRequest 400 32 digits",
        "badRequest 400 32 digits",
        "forbidden 403 32 digits",
        "forbidden 403 32 digits",
        "unauthorized 401 32 digits",
        "notFound 404 32 digits",
        "left admin@example.com",
    ]
}

extension LiveServer {
    /// The program, for this server.
    var program: OneProgram {
        let keys = test.administratorKeys
        let codes = test.codes
        return OneProgram(
            url: address,
            accessKey: keys.accessKey,
            secretKey: keys.secretKey.withExposedValue { $0 }
        ) { codes.lastCode.map { code in code.withExposedValue { $0 } } ?? "" }
    }
}
