import HTTPTypes
import HummingbirdCore
import Logging
import MusterCore
import MusterTesting
import Synchronization
import Testing

@testable import MusterServer

@Suite("Telling of what fails")
struct FailureLogTests {
    @Test(
        "who asks how the server is, again and again, makes no line each while its files are gone",
        arguments: ["/server/status", "/muster/v1/server/status"]
    )
    func files(_ path: String) async throws {
        let test = try await TestDirectory(store: LostStore())
        let lines = Lines()
        let server = TestServer(test, logger: lines.logger)
        for _ in 0..<50 {
            let answer = try await server.send(.get, path)
            #expect(answer.status == .serviceUnavailable)
            #expect(answer.headers[.retryAfter] != nil)
        }
        #expect(lines.all.isEmpty)
        #expect(test.directory.refusals.troubles.count(of: .files) == 50)
    }

    @Test("ten failures of a second are told one by one, the rest is a number with the next one")
    func pace() {
        let now = Mutex<UInt64>(5_000_000_000)
        let lines = Lines()
        let log = FailureLog { now.withLock { $0 } }
        for number in 1...100 { log.tell("failed", ["number": "\(number)"], in: lines.logger) }
        #expect(lines.all.count == FailureLog.perSecond)
        now.withLock { $0 += 1_000_000_000 }
        log.tell("failed", [:], in: lines.logger)
        let last = lines.all.suffix(2)
        #expect(last.map(\.message) == ["requests failed beyond those told", "failed"])
        #expect(last.first?.metadata["count"] == "90")
    }
}

/// A store whose files were taken away.
private final class LostStore: DirectoryStore {
    private let inner = MemoryStore()

    var isWritable: Bool { false }

    func read<Result: Sendable>(
        _ extent: ReadExtent,
        _ body: @escaping @Sendable (any DirectoryReader) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        try await inner.read(extent, body)
    }

    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any DirectoryTransaction) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        try await inner.write(body)
    }

    func close() async throws(MusterError) { try await inner.close() }
}
