import MusterTesting
import StoreTesting
import Testing

@testable import MusterCore

@Suite("Passkeys and the host for which they are", .everyStore)
struct PasskeySiteTests {
    @Test("a passkey keeps the host under which it was made, and signs there")
    func kept() async throws {
        let scene = try await FactorScene()
        var authenticator = TestAuthenticator()
        _ = try await scene.addPasskey(&authenticator)
        let sites = try await scene.test.directory.store.read(.unbounded) {
            reader throws(MusterError) in try reader.passkeySites()
        }
        #expect(sites == [PasskeySite(id: TestAuthenticator.site.id, keys: 1)])
        #expect(try await scene.test.directory.access.strandedPasskeys() == nil)
    }

    @Test("passkeys for a host that the server is not called any more are told")
    func stranded() throws {
        let sites = [
            PasskeySite(id: "muster.example.com", keys: 3),
            PasskeySite(id: "old.example.com", keys: 1),
        ]
        let url = try PublicURL("https://muster.example.com")
        let told = try #require(PublicURL.strandedPasskeys(sites, at: url))
        #expect(
            told.contains("(1 for old.example.com)") && told.contains("names muster.example.com")
        )
        let all = try #require(PublicURL.strandedPasskeys(sites, at: nil))
        #expect(all.contains("3 for muster.example.com, 1 for old.example.com"))
        #expect(all.contains("names no host"))
        let address = try PublicURL("http://127.0.0.1:8834")
        #expect(PublicURL.strandedPasskeys(sites, at: address)?.contains("names no host") == true)
        #expect(PublicURL.strandedPasskeys([], at: nil) == nil)
        #expect(PublicURL.strandedPasskeys(Array(sites.prefix(1)), at: url) == nil)
    }
}
