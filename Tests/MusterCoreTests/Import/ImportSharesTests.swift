import MusterTesting
import Testing

@testable import MusterCore

@Suite("Imports share the places in which they wait")
struct ImportSharesTests {
    @Test("one caller has a few, others are not held back, and what ends is given back")
    func shares() async throws {
        let test = try await TestDirectory()
        let imports = ImportService(test.directory)
        let other = try await test.makeUser("other@example.com", role: .administrator)
        let run = try imports.begin(by: test.asAdministrator) { () throws(MusterError) in
            ImportOptions()
        }
        var spools: [any ImportSpool] = []
        for _ in 0..<ImportShares.ofOneCaller { spools.append(try imports.makeSpool(for: run)) }
        let refusal = await failure { _ = try imports.makeSpool(for: run) }
        #expect(refusal?.code == .overloaded)
        let theirs = try imports.begin(by: await test.asUser(other)) { () throws(MusterError) in
            ImportOptions()
        }
        _ = try imports.makeSpool(for: theirs)
        spools.removeLast()
        _ = try imports.makeSpool(for: run)
    }
}
