import MusterTesting
import StoreTesting
import Testing

@testable import MusterCore

@Suite("Where attempts count is told apart", .everyStore)
struct LoginSourceTests {
    @Test(
        "what a caller asks counts nowhere that people come from, whatever the caller's number",
        arguments: [2, 10, 2001, 2400, 2600]
    )
    func kinds(_ number: Int64) async throws {
        let caller = UserID(rawValue: number)
        var texts: [String] = []
        for address in ["db8:1:2::1", "\(number):db8:1:2::1", "::1", "192.0.2.1", "any"] {
            let network = SourceNetwork(of: IPAddress(address))
            let source = LoginSource(network)
            let asked = LoginSource(network, askedBy: caller)
            #expect(!source.text.contains(" ") && asked.text.contains(" "))
            texts += [source.text, asked.text]
        }
        let others = [LoginSource(askedBy: caller), LoginSource(codesOf: caller), .anywhere]
        #expect(others.allSatisfy { $0.text.contains(" ") })
        texts = Array(Set(texts)) + others.map(\.text)
        #expect(Set(texts).count == texts.count)
    }

    @Test("a caller by whose number an address begins shuts nobody out there")
    func confusedNetwork() async throws {
        let test = try await TestDirectory()
        let jane = try await test.makeUser("jane@example.com")
        let network = SourceNetwork(of: IPAddress("2001:db8:1:2::1"))
        let asked = LoginSource(
            SourceNetwork(of: IPAddress("db8:1:2::1")),
            askedBy: UserID(rawValue: 2001)
        )
        try await test.directory.store.write { transaction throws(MusterError) in
            for _ in 0...LockoutRule.maximumFailures {
                try transaction.countFailure(of: jane.id, from: asked, test.directory.access)
            }
        }
        let kept = try await test.directory.store.read(.bounded) { reader throws(MusterError) in
            try reader.loginSource(LoginSource(network), of: jane.id)
        }
        #expect(kept == LoginSourceRecord())
        _ = try await test.logIn("jane@example.com", from: IPAddress("2001:db8:1:2::77"))
    }
}
