import MusterTesting
import StoreTesting
import Testing

@testable import MusterCore

@Suite("Imports of all kinds share the places in which they are under way", .everyStore)
struct ImportSharesTests {
    private let test: TestDirectory

    init() async throws {
        test = try await TestDirectory()
    }

    private func begin(
        by principal: Principal,
        isDryRun: Bool = false
    ) throws(MusterError) -> UserImport {
        try ImportService(test.directory).begin(by: principal) { () throws(MusterError) in
            ImportOptions(isDryRun: isDryRun)
        }
    }

    @Test(
        "one caller has a few, others are not held back, and what ends is given back",
        arguments: [false, true]
    )
    func shares(_ isDryRun: Bool) async throws {
        let other = try await test.makeUser("other@example.com", role: .administrator)
        let administrator = test.asAdministrator
        var runs: [UserImport] = []
        for _ in 0..<ImportShares.ofOneCaller {
            runs.append(try begin(by: administrator, isDryRun: isDryRun))
        }
        let refusal = await failure { try begin(by: administrator, isDryRun: isDryRun) }
        #expect(refusal?.code == .overloaded)
        #expect(refusal?.details["retry_after_seconds"] == "10")
        #expect(refusal?.cause as? Trouble == .imports)
        let theirs = try begin(by: try await test.asUser(other), isDryRun: isDryRun)
        #expect(theirs.caller == other.id)
        runs.removeLast()
        runs.append(try begin(by: administrator, isDryRun: isDryRun))
        #expect(runs.count == ImportShares.ofOneCaller)
    }

    @Test("options that are wrong take no place")
    func wrongOptions() async throws {
        let administrator = test.asAdministrator
        for _ in 0...ImportShares.ofOneCaller {
            let refusal = await failure {
                try ImportService(test.directory).begin(by: administrator) {
                    () throws(MusterError) in throw MusterError.invalid("mode", "no")
                }
            }
            #expect(refusal?.code == .inputInvalid)
        }
        _ = try begin(by: administrator)
    }

    @Test("when many callers have all, each of them has one, and so has a newcomer")
    func together() throws {
        let shares = ImportShares.places()
        var held: [CallerShare] = []
        for number: Int64 in 2..<6 {
            for _ in 0..<ImportShares.ofOneCaller {
                held.append(try shares.take(UserID(rawValue: number)))
            }
        }
        #expect(held.count == ImportShares.together)
        let newcomer = UserID(rawValue: 99)
        held.append(try shares.take(newcomer))
        #expect(throws: MusterError.self) { try shares.take(newcomer) }
        held.removeFirst(2)
        held.append(try shares.take(newcomer))
        #expect(held.count == ImportShares.together)
    }
}
