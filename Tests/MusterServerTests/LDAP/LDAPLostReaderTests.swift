import LDAPWire
import MusterCore
import MusterTesting
import StoreTesting
import Synchronization
import Testing

@testable import MusterServer

@Suite("Searches over LDAP whose caller loses the right to them", .everyStore)
struct LDAPLostReaderTests {
    private static let suffix = "dc=example,dc=com"
    private let test: TestDirectory
    private let searcher: LDAPSearcher
    private let deputy: User

    init() async throws {
        test = try await TestDirectory()
        let suffix = try #require(DistinguishedName(Self.suffix.utf8))
        let settings = LDAPSettings(suffix: suffix, version: "1")
        searcher = LDAPOperations(test.directory, settings).searcher
        deputy = try await test.makeUser("deputy@example.com", role: .administrator)
        for number in 10...39 { _ = try await test.makeUser("user\(number)@example.com") }
    }

    /// A search for everybody, of which each step finds some entries, or some are sent at a time where they are sorted.
    private func job(by caller: Principal, isSorted: Bool) throws -> LDAPSearchJob {
        var writer = BERWriter()
        writer.constructed { writer in
            writer.integer(1)
            writer.constructed(0x63) { writer in
                writer.octets(Self.suffix.utf8)
                for number in [2, 0] { writer.integer(number, tag: BERTag.enumerated) }
                for _ in 1...2 { writer.integer(0) }
                writer.octets([0], tag: 0x01)
                writer.octets("objectClass".utf8, tag: 0x87)
                writer.constructed { _ in }
            }
            guard isSorted else { return }
            writer.constructed(0xA0) { writer in
                writer.constructed { writer in
                    writer.octets(LDAPControlType.sort.utf8)
                    var keys = BERWriter()
                    keys.constructed { $0.constructed { $0.octets("uid".utf8) } }
                    writer.octets(keys.bytes)
                }
            }
        }
        let message = try LDAPMessage(writer.bytes[...])
        guard case .search(let search) = message.operation else { throw BERError("no search") }
        var job = try searcher.job(search, message, by: caller)
        job.stepBytes = 2_000
        // Other searches have their turns before it.
        job.time = .seconds(600)
        return job
    }

    /// How many of the users are in an answer, and whether it ends well, where something happens when the first have been sent.
    private func found(
        isSorted: Bool,
        _ happens: @escaping @Sendable (User) async throws -> Void
    ) async throws -> (count: Int, isWhole: Bool) {
        let caller = try await test.enter(test.logIn("deputy@example.com"))
        let job = try job(by: caller, isSorted: isSorted)
        let sent = Mutex<[UInt8]>([])
        let deputy = deputy
        let last = try await searcher.answer(job, by: caller) { bytes in
            let isFirst = sent.withLock { sent in
                defer { sent += bytes }
                return sent.isEmpty
            }
            if isFirst { try await happens(deputy) }
        }
        let all = sent.withLock { $0 + last }
        let controls = job.controls.answers(next: nil)
        let end = LDAPAnswers.result(.search, to: 1, .success, controls: controls)
        let count = (10...39).count { number in
            all.firstRange(of: Array("uid=user\(number)@example.com".utf8)) != nil
        }
        return (count, all.suffix(end.count).elementsEqual(end))
    }

    @Test("whoever keeps the right sees everybody", arguments: [false, true])
    func kept(_ isSorted: Bool) async throws {
        #expect(try await found(isSorted: isSorted) { _ in } == (30, true))
    }

    @Test(
        "whoever is shut out meanwhile is shown nobody else, and told that it is not all",
        arguments: [false, true]
    )
    func disabled(_ isSorted: Bool) async throws {
        let test = test
        let (count, isWhole) = try await found(isSorted: isSorted) { user in
            var changed = user
            changed.isEnabled = false
            try await test.overwrite(changed)
        }
        #expect(count < 15 && !isWhole)
    }

    @Test("whoever sees itself alone from now on is shown nobody else", arguments: [false, true])
    func demoted(_ isSorted: Bool) async throws {
        let test = test
        let (count, _) = try await found(isSorted: isSorted) { user in
            var changed = user
            changed.role = .readOnly
            try await test.overwrite(changed)
        }
        #expect(count < 15)
    }
}
