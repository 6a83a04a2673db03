import Hummingbird
import MusterCore
import MusterTesting
import StoreTesting
import Synchronization
import Testing

@testable import MusterServer

@Suite("Backups that are on their way", .everyStore)
struct BackupPlaceTests {
    private let test: TestDirectory
    private let made = Made()
    /// The browser of the first administrator; the others are besides it.
    private let first: Browser

    init() async throws {
        test = try await TestDirectory()
        let made = made
        let make: ConsoleTools.BackupMaker = { () async throws(MusterError) in
            guard !made.isBusy else {
                throw .overloaded("Another backup is being made.", retryAfter: 10)
            }
            let copy = Copy(made)
            return ConsoleTools.Backup(size: 1_310_720) { () throws(MusterError) in copy.take() }
        }
        let tools = ConsoleTools(
            readCSV: { (bytes, _) throws(MusterError) in .init(bytes) },
            csvLine: { $0.joined(separator: ",") },
            backup: make
        )
        first = Browser(test, tools: tools)
        _ = try await first.signIn(TestDirectory.administratorName)
    }

    /// The browser of another administrator, who has signed in.
    private func another(_ name: String) async throws -> Browser {
        _ = try await test.makeUser(name, role: .administrator)
        let browser = Browser(besides: first)
        _ = try await browser.signIn(name)
        return browser
    }

    private func take(_ browser: Browser, password: String? = nil) async throws -> Response {
        try await browser.post("/admin/export/backup", password.map { ["password": $0] } ?? [:])
    }

    private func records() async throws -> Int {
        try await test.auditEvents().count { $0.action == .directoryBackup }
    }

    @Test("a second one is made for nobody whose first one is on its way")
    func one() async throws {
        let backup = try await take(first)
        #expect(backup.status == .ok)
        let refusal = try await take(first)
        #expect(refusal.status == .serviceUnavailable)
        #expect(refusal.headers[.retryAfter] == "10")
        #expect(try await refusal.text().contains("A backup is on its way to you already."))
        #expect(made.count == 1)
        #expect(try await records() == 1)
        #expect(try await backup.text() == "all")
        #expect(try await take(first).status == .ok)
    }

    @Test("nobody has taken what could not be made, and the log says of nobody that it has")
    func unmade() async throws {
        made.isBusy = true
        let refusal = try await take(first)
        #expect(refusal.status == .serviceUnavailable)
        #expect(refusal.headers[.retryAfter] == "10")
        #expect(try await records() == 0)
        made.isBusy = false
        #expect(try await take(first).status == .ok)
        #expect(try await records() == 1)
    }

    @Test("whoever has all of it may take another one, and holds no file by not taking the end")
    func end() async throws {
        let response = try await take(first)
        #expect(try await response.text() == "all")
        #expect(made.open == 0)
        #expect(try await take(first).status == .ok)
        withExtendedLifetime(response) {}
    }

    @Test("there are four at most, for however many who take them")
    func four() async throws {
        var browsers = [first]
        for number in 2...BackupPlaces.most {
            browsers.append(try await another("admin\(number)@example.com"))
        }
        var held: [Response] = []
        for browser in browsers { held.append(try await take(browser)) }
        #expect(held.allSatisfy { $0.status == .ok })
        let last = try await another("last@example.com")
        let refusal = try await take(last)
        #expect(refusal.status == .serviceUnavailable)
        #expect(refusal.headers[.retryAfter] == "10")
        #expect(made.count == BackupPlaces.most)
        #expect(try await records() == BackupPlaces.most)
        // The browser lets go of its last answer when it asks for something else.
        held.removeFirst()
        _ = try await first.get("/admin/export")
        #expect(try await take(last).status == .ok)
        withExtendedLifetime(held) {}
    }

    @Test("whoever may not take one takes no place, and who was refused gives it back")
    func refused() async throws {
        _ = try await test.makeUser("reader@example.com")
        let reader = Browser(besides: first)
        _ = try await reader.signIn("reader@example.com")
        for _ in 0...BackupPlaces.most {
            #expect(try await take(reader).status == .forbidden)
        }
        test.clock.advance(by: .seconds(360))
        #expect(try await take(first, password: "wrong").status != .ok)
        #expect(made.count == 0)
        #expect(try await take(first, password: "Correct-Horse-7").text() == "all")
    }

    @Test("it has to be taken in proportion to its size")
    func limit() async throws {
        let channel = try StubChannel(from: "192.0.2.1")
        first.channel = channel
        #expect(try await take(first).status == .ok)
        #expect(channel.limits.withLock(\.self) == [.seconds(70)])
    }
}

/// How many backups were made, and how many of them are kept.
private final class Made: Sendable {
    private let numbers = Mutex((count: 0, open: 0))
    private let busy = Mutex(false)

    /// Whether another backup is being made, so that none is.
    var isBusy: Bool {
        get { busy.withLock(\.self) }
        set { busy.withLock { $0 = newValue } }
    }

    var count: Int { numbers.withLock(\.count) }
    var open: Int { numbers.withLock(\.open) }

    func begin() {
        numbers.withLock { numbers in
            numbers.count += 1
            numbers.open += 1
        }
    }

    func end() { numbers.withLock { $0.open -= 1 } }
}

/// A backup of one piece.
private final class Copy: Sendable {
    private let made: Made
    private let rest = Mutex(Array("all".utf8))

    init(_ made: Made) {
        self.made = made
        made.begin()
    }

    deinit { made.end() }

    func take() -> [UInt8] {
        rest.withLock { rest in
            defer { rest = [] }
            return rest
        }
    }
}
