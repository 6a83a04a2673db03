import MusterCore
import MusterTesting
import StoreTesting
import Synchronization
import Testing

@Suite("A search that goes through everybody", .everyStore)
struct PersonSearchTests {
    private static let others = 1_200
    private let store: PausedStore
    private let test: TestDirectory
    private let reader: Principal

    init() async throws {
        store = try PausedStore()
        test = try await TestDirectory(store: store)
        let (random, now) = (test.directory.random, test.clock.now())
        let arrivals = (0..<Self.others).map { number in
            UserInsertion(
                uuid: .random(from: random),
                draft: UserDraft(username: Username(stored: "user\(1_000 + number)"))
            )
        }
        _ = try await store.write { transaction throws(MusterError) in
            try transaction.insertUsers(arrivals, at: now)
        }
        reader = try await test.asUser(test.makeUser("reader@example.com", role: .basic))
    }

    private func search(
        by field: UserQuery.SortField = .id
    ) async throws(MusterError) -> PersonPage {
        var search = PersonSearch(limit: 5)
        search.sort = field
        search.keeps = { $0.user.username.text.utf8.starts(with: "user".utf8) }
        return try await PersonService(test.directory).search(search, by: reader)
    }

    private func edit(_ user: User, _ build: @Sendable (inout UserChanges) -> Void) async {
        let changes = UserChanges(build)
        let refusal = await failure {
            try await test.users.edit(.user(.id(user.id)), by: test.asAdministrator) {
                () throws(MusterError) in changes
            }
        }
        #expect(refusal == nil)
    }

    @Test(
        "finds and counts all of them, batch by batch",
        arguments: [.id, .username, .changed] as [UserQuery.SortField]
    )
    func whole(_ field: UserQuery.SortField) async throws {
        let before = store.longReads
        let page = try await search(by: field)
        #expect(page.total == Self.others && page.accounts.count == 5 && page.hasMore)
        #expect(store.longReads - before == 3)
    }

    @Test("looks at those alone who have a text in their names, where that is what is looked for")
    func texts() async throws {
        let looks: [(PersonSearch.Candidates, Int)] = [
            (.beginning("USER10"), 100), (.containing("ser11"), 100), (.beginning("nobody"), 0),
        ]
        for (candidates, count) in looks {
            for field in [.id, .name] as [UserQuery.SortField] {
                var search = PersonSearch(limit: 5)
                search.candidates = candidates
                search.sort = field
                search.keeps = { $0.user.username.text.utf8.starts(with: "user1".utf8) }
                let before = store.longReads
                let page = try await PersonService(test.directory).search(search, by: reader)
                #expect(page.total == count && page.accounts.count == min(count, 5))
                #expect(store.longReads - before == 1)
            }
        }
    }

    @Test(
        "waits for its caller's turn with each batch; a page of those whom an index finds waits once"
    )
    func turns() async throws {
        let service = PersonService(test.directory)
        for (candidates, count) in [(PersonSearch.Candidates.everybody, 3), (.key(.name("a")), 1)] {
            var search = PersonSearch(limit: 5)
            search.candidates = candidates
            search.keeps = { _ in true }
            var parts = 0
            _ = try await service.search(search, by: reader) { part throws(MusterError) in
                parts += 1
                try await part()
            }
            #expect(parts == count)
        }
    }

    @Test(
        "goes through everybody who may have a key, batch by batch, where more have it than one",
        arguments: [
            (.name("TWIN"), 3), (.address("twins@example.com"), 5), (.externalID("T"), 4),
        ] as [(PersonKey, Int)]
    )
    func shared(_ key: PersonKey, reads: Int) async throws {
        let count = 600
        let (random, now) = (test.directory.random, test.clock.now())
        let twins = (0..<count).map { number in
            UserInsertion(
                uuid: .random(from: random),
                draft: UserDraft(
                    username: Username(stored: "twin\(1_000 + number)"),
                    name: "Twin",
                    email: "twins@example.com"
                )
            )
        }
        try await store.write { transaction throws(MusterError) in
            for user in try transaction.insertUsers(twins, at: now).compactMap(\.self) {
                try transaction.replacePerson(of: user, with: Person(externalID: "T"))
            }
        }
        var search = PersonSearch(limit: 5)
        search.candidates = .key(key)
        search.keeps = { $0.person?.externalID != nil }
        let before = store.longReads
        var parts = 0
        let page = try await PersonService(test.directory).search(search, by: reader) {
            part throws(MusterError) in
            parts += 1
            try await part()
        }
        #expect(page.total == count && page.accounts.count == 5 && page.hasMore)
        // The first look at those of another system's identifier is one by its index alone.
        #expect(store.longReads - before == reads)
        #expect(parts == (key == .externalID("T") ? reads + 1 : reads))
    }

    @Test("ends with the batch at which its caller was disabled, or has lost the right to look")
    func lost() async throws {
        for isDisabled in [false, true] {
            store.beforeLongRead(1) {
                await edit(reader.user) {
                    if isDisabled { $0.isEnabled = false } else { $0.role = .readOnly }
                }
            }
            let before = store.longReads
            let refusal = await failure { try await search() }
            let expected: MusterError.Code = isDisabled ? .credentialsInvalid : .insufficientScope
            #expect(refusal?.code == expected || refusal?.code == .sessionExpired)
            #expect(store.longReads - before == 2)
            await edit(reader.user) { $0.role = .basic }
        }
    }

    @Test("goes on where the user at whom a batch ended is deleted")
    func deleted() async throws {
        let page = try await search(by: .username)
        #expect(page.total == Self.others)
        store.beforeLongRead(1) {
            // Of the first batch, which has the administrator and the reader, too, the last two.
            for number in [1_496, 1_497] {
                let refusal = await failure {
                    try await test.users.delete(
                        .username("user\(number)"),
                        by: test.asAdministrator
                    ) { () throws(MusterError) in nil }
                }
                #expect(refusal == nil)
            }
        }
        let rest = try await search(by: .username)
        #expect(rest.total == Self.others)
    }
}

/// A store of the test's kind in which something happens before a read that goes through much of the directory.
private final class PausedStore: DirectoryStore {
    private struct State {
        var longReads = 0
        var pause: (number: Int, action: @Sendable () async -> Void)?
    }

    private let inner: any DirectoryStore
    private let state = Mutex(State())

    init() throws(MusterError) {
        inner = try TestStores.make()
    }

    /// How many such reads there were.
    var longReads: Int { state.withLock { $0.longReads } }

    /// Does something once, before the read of this number from now on, from 0.
    func beforeLongRead(_ number: Int, _ action: @escaping @Sendable () async -> Void) {
        state.withLock { $0.pause = ($0.longReads + number, action) }
    }

    func read<Result: Sendable>(
        _ extent: ReadExtent,
        _ body: @escaping @Sendable (any DirectoryReader) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        let action = state.withLock { state -> (@Sendable () async -> Void)? in
            guard extent == .unbounded else { return nil }
            defer { state.longReads += 1 }
            guard let pause = state.pause, pause.number == state.longReads else { return nil }
            state.pause = nil
            return pause.action
        }
        await action?()
        return try await inner.read(extent, body)
    }

    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any DirectoryTransaction) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        try await inner.write(body)
    }

    func close() async throws(MusterError) { try await inner.close() }
}
