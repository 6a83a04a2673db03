import HTTPTypes
import Hummingbird
import MusterCore
import MusterTesting
import StoreTesting
import Synchronization
import Testing

@testable import MusterServer

@Suite("The console's overview", .everyStore)
struct ConsoleOverviewTests {
    @Test("a figure leads to its list: API keys that nobody has used for 90 days")
    func unusedKeys() async throws {
        let test = try await TestDirectory()
        let old = try await test.makeUser("old@example.com")
        _ = try await test.keys.rotate(.user(.id(old.id)), by: test.asAdministrator)
        test.clock.advance(by: .seconds(91 * 86_400))
        let new = try await test.makeUser("new@example.com")
        _ = try await test.keys.rotate(.user(.id(new.id)), by: test.asAdministrator)
        let browser = Browser(test)
        _ = try await browser.signIn(TestDirectory.administratorName)
        let page = try await browser.page("/admin")
        let figure = "href=\"/admin/users?keys=90\"><span class=\"value\">"
        let place = try #require(page.firstRange(of: figure))
        // The administrator's own pair is as old.
        #expect(page[place.upperBound...].hasPrefix("2<"))
        let list = try await browser.page("/admin/users?keys=90")
        #expect(list.contains("old@example.com") && !list.contains("new@example.com"))
    }

    @Test("hours and reasons lead to the log of that time")
    func links() async throws {
        let test = try await TestDirectory()
        let browser = Browser(test)
        _ = try await browser.signIn(TestDirectory.administratorName, password: "wrong")
        _ = try await browser.signIn(TestDirectory.administratorName)
        let page = try await browser.page("/admin")
        let now = "2026%2D01%2D01T00%3A00%3A00"
        #expect(page.contains("/admin/audit?action=session%2Ecreate&amp;from=\(now)"))
        #expect(page.contains("/admin/audit?from=\(now)"))
        #expect(page.contains("/admin/audit?action=user%2Eauthenticate%2Epassword&amp;from=2025"))
        let log = try await browser.page("/admin/audit?from=\(now)Z&until=\(now)Z")
        #expect(log.contains(">session.<wbr>create<"))
        #expect(log.contains(">user.<wbr>authenticate.<wbr>password<"))
    }

    @Test("the log is asked once, and at most so many events of each kind are read")
    func oneRead() async throws {
        let store = DistantStore()
        let test = try await TestDirectory(store: store)
        for _ in 0..<3 { _ = try await test.logIn(TestDirectory.administratorName) }
        let start = test.clock.now().advanced(by: .zero - .days(1))
        _ = store.takeCalls()
        let all = try await test.audit.signIns(by: test.asAdministrator, since: start, limit: 10)
        #expect(store.takeCalls().reads == 1)
        #expect(!all.isPartial && all.lastBackup == nil)
        #expect(all.events.count { $0.action == .sessionCreate } == 3)
        let few = try await test.audit.signIns(by: test.asAdministrator, since: start, limit: 2)
        #expect(few.isPartial && few.events.count { $0.action == .sessionCreate } == 2)
        let user = try await test.makeUser("jane@example.com", role: .scanManager)
        let keys = try await test.keys.rotate(.user(.id(user.id)), by: test.asAdministrator)
        let jane = try await test.enter(keys)
        await #expect(throws: MusterError.self) {
            try await test.audit.signIns(by: jane, since: start, limit: 2)
        }
    }

    @Test("the store's health, with the last backup, is for the role Administrator")
    func health() async throws {
        let test = try await TestDirectory(store: try FaultyStore(freeBytes: 3 << 30))
        let browser = Browser(test)
        _ = try await browser.signIn(TestDirectory.administratorName)
        let page = try await browser.page("/admin")
        #expect(page.contains("Health of the store") && page.contains(">ready<"))
        #expect(page.contains("3.0 GiB") && page.contains("none known: make one"))
        let leave = try await ExportService(test.directory).beginBackup(
            by: test.asAdministrator,
            password: TestDirectory.administratorPassword
        )
        #expect(try await !browser.page("/admin").contains("/admin/audit?action=directory.backup"))
        try await leave.begin()
        #expect(try await browser.page("/admin").contains("/admin/audit?action=directory.backup"))
        var user = try await test.makeUser("jane@example.com")
        user.masks = Masks(read: 8)
        try await test.overwrite(user)
        let reader = Browser(test)
        _ = try await reader.signIn("jane@example.com")
        let other = try await reader.page("/admin")
        #expect(other.contains("class=\"figures\"") && !other.contains("Health of the store"))
    }

    @Test("what is wrong with the store is said, with what to do")
    func unwell() async throws {
        let test = try await TestDirectory(store: try FaultyStore(freeBytes: 1000))
        let browser = Browser(test)
        _ = try await browser.signIn(TestDirectory.administratorName)
        let page = try await browser.page("/admin")
        #expect(page.contains(">not ready<") && page.contains("1000 B"))
        #expect(page.contains("Less than 16 MiB are free on the disk. Make room."))
    }

    @Test("nobody waits for users to be counted, and many who look have them counted once")
    func patience() async throws {
        let store = try HeldStore()
        let test = try await TestDirectory(store: store)
        let counts = OverviewCounts(test.directory)
        let now = test.clock.now()
        store.isHeld = true
        for _ in 0..<3 {
            let early = try await OverviewCounts.$patience.withValue(.zero) {
                try await counts.counts(by: test.asAdministrator, of: [[]], at: now)
            }
            #expect(early == nil)
        }
        // The count runs on a task of its own, which may not have begun yet.
        while store.held == 0 { await Task.yield() }
        store.open()
        var found: OverviewCounts.Counts?
        while found == nil {
            found = try await counts.counts(by: test.asAdministrator, of: [[]], at: now)
        }
        #expect(found?.values == [1] && found?.at == now)
        #expect(store.held == 1)
    }
}

/// A store of the test's kind whose next read that may take long waits until it is told to go on.
private final class HeldStore: DirectoryStore {
    private let inner: any DirectoryStore
    private let (gate, key) = AsyncStream.makeStream(of: Never.self)
    private let state = Mutex((isHeld: false, held: 0))

    init() throws(MusterError) {
        inner = try TestStores.make()
    }

    var isHeld: Bool {
        get { state.withLock { $0.isHeld } }
        set { state.withLock { $0.isHeld = newValue } }
    }

    /// How many reads have waited.
    var held: Int { state.withLock { $0.held } }

    func open() {
        isHeld = false
        key.finish()
    }

    func read<Result: Sendable>(
        _ extent: ReadExtent,
        _ body: @escaping @Sendable (any DirectoryReader) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        let waits = state.withLock { state in
            guard state.isHeld, extent == .unbounded else { return false }
            state.held += 1
            return true
        }
        if waits { for await _ in gate {} }
        return try await inner.read(extent, body)
    }

    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any DirectoryTransaction) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        try await inner.write(body)
    }

    func close() async throws(MusterError) { try await inner.close() }
}
