import LDAPWire
import MusterCore
import MusterTesting
import Synchronization
import Testing

@testable import MusterServer

@Suite("Turns of searches over LDAP")
struct LDAPSearchTurnTests {
    private let test: TestDirectory
    private let operations: LDAPOperations

    init() async throws {
        test = try await TestDirectory()
        let suffix = try #require(DistinguishedName("dc=example,dc=com".utf8))
        operations = LDAPOperations(test.directory, LDAPSettings(suffix: suffix, version: "1"))
    }

    private func job(
        _ base: String,
        scope: Int,
        by caller: Principal
    ) throws -> LDAPSearchJob {
        var writer = BERWriter()
        writer.constructed { writer in
            writer.integer(1)
            writer.constructed(0x63) { writer in
                writer.octets(base.utf8)
                for number in [scope, 0] { writer.integer(number, tag: BERTag.enumerated) }
                for _ in 1...2 { writer.integer(0) }
                writer.octets([0], tag: 0x01)
                writer.octets("objectClass".utf8, tag: 0x87)
                writer.constructed { $0.octets("uid".utf8) }
            }
        }
        let message = try LDAPMessage(writer.bytes[...])
        guard case .search(let search) = message.operation else { throw BERError("no search") }
        return try operations.searcher.job(search, message, by: caller)
    }

    @Test(
        "what looks through much of the directory waits for its caller's turn, what an index finds does not"
    )
    func turn() async throws {
        let turns = SearchTurns(together: 1, places: 4)
        let caller = test.asAdministrator
        var changed = operations.searcher
        changed.turns = turns
        let searcher = changed
        let (begun, begin) = AsyncStream<Void>.makeStream()
        let (over, end) = AsyncStream<Void>.makeStream()
        let holder = Task {
            try await turns.run(for: UserID(rawValue: 999)) { () async throws(MusterError) in
                begin.finish()
                for await _ in over {}
            }
        }
        for await _ in begun {}
        let name = "uid=\(TestDirectory.administratorName),ou=people,dc=example,dc=com"
        let short = try job(name, scope: 0, by: caller)
        #expect(short.isShort)
        #expect(try await !searcher.answer(short, by: caller) { _ in }.isEmpty)
        let long = try job("dc=example,dc=com", scope: 2, by: caller)
        #expect(!long.isShort)
        let isDone = IsDone()
        let search = Task {
            let last = try await searcher.answer(long, by: caller) { _ in }
            isDone.flag.store(true, ordering: .releasing)
            return last
        }
        while turns.waiting(of: caller.user.id) == 0, !isDone.flag.load(ordering: .acquiring) {
            await Task.yield()
        }
        #expect(turns.waiting(of: caller.user.id) == 1)
        end.finish()
        try await holder.value
        #expect(try await !search.value.isEmpty)
    }
}

/// Whether something is done, for whoever looks again and again.
private final class IsDone: Sendable {
    let flag = Atomic(false)
}
