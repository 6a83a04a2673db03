import MusterTesting
import StoreTesting
import Testing

@testable import MusterCore

@Suite("Who has no address that can be read is not taken for the machine itself", .everyStore)
struct AddresslessLoginTests {
    private static let name = "jane@example.com"
    private static let wrong = Secret("wrong password")

    private let test: TestDirectory

    init() async throws {
        test = try await TestDirectory()
        _ = try await test.makeUser(Self.name)
    }

    private func opens(
        _ password: Secret<String> = TestDirectory.administratorPassword,
        from host: String?
    ) async throws -> Bool {
        try await LocalLoginService(test.directory).opens(
            LoginRequest(username: Self.name, password: password),
            from: host,
            requestID: TestDirectory.requestID
        )
    }

    @Test(
        "six failures from a host that is named close that host, and neither the console nor another"
    )
    func namedHost() async throws {
        for _ in 0..<6 { #expect(try await !opens(Self.wrong, from: "evil.example.com")) }
        #expect(try await !opens(from: "EVIL.example.com"))
        #expect(try await opens(from: "home.example.net"))
        #expect(try await opens(from: nil))
        #expect(try await opens(from: ""))
        let kept = try await test.directory.store.read(.bounded) { reader throws(MusterError) in
            let jane = try reader.existing(.username(Self.name))
            return try reader.loginSources(of: jane.id).map(\.source.text)
        }
        #expect(!kept.contains { $0.contains("example") }, "names are kept as hashes")
        #expect(Set(kept).count == 3)
    }

    @Test("six failures at the console close it for named hosts no more than for networks")
    func console() async throws {
        for _ in 0..<6 { #expect(try await !opens(Self.wrong, from: nil)) }
        #expect(try await !opens(from: nil))
        #expect(try await opens(from: "home.example.net"))
    }

    @Test("callers over HTTP whose proxy hides their address do not close the console, nor it them")
    func hiddenByProxy() async throws {
        for _ in 0..<6 {
            _ = await failure { try await test.logIn(Self.name, Self.wrong, from: nil) }
        }
        #expect(await failure { try await test.logIn(Self.name, from: nil) } != nil)
        #expect(try await opens(from: nil))
        #expect(await failure { try await test.logIn(Self.name) } == nil)
    }

    @Test(
        "a crowd of made-up names of hosts is counted together in the end, and keeps the store bounded"
    )
    func manyNames() async throws {
        #expect(try await opens(from: "home.example.net"))
        for number in 0..<3 * LoginSourceLimits.failing {
            _ = try await opens(Self.wrong, from: "h\(number).example.com")
        }
        #expect(try await !opens(from: "new.example.com"))
        #expect(try await opens(from: "home.example.net"))
        #expect(try await opens(from: nil))
        test.clock.advance(by: .seconds(900))
        #expect(try await opens(from: "new.example.com"))
    }
}
