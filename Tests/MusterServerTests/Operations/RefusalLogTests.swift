import HTTPTypes
import Hummingbird
import Logging
import MusterCore
import MusterTesting
import NIOCore
import StoreTesting
import Synchronization
import Testing

@testable import MusterServer

@Suite("Telling of refusals", .everyStore)
struct RefusalLogTests {
    private static let login = #"{"username":"nobody","password":"correct horse"}"#

    private func tidyOnce(_ test: TestDirectory, _ logger: Logger) async throws {
        let janitor = Janitor(test.directory, logger: logger)
        let run = Task { try await janitor.run() }
        run.cancel()
        try await run.value
    }

    @Test("a crowd that is refused gets one line, with how many of whom, and none each")
    func crowd() async throws {
        let test = try await TestDirectory(hasher: FullHasher())
        let lines = Lines()
        let server = TestServer(test, logger: lines.logger)
        let local = LocalResponder(test.directory, logger: lines.logger)
        for _ in 0..<20 {
            let answer = try await server.send(.post, "/session", body: Self.login)
            #expect(answer.status == .serviceUnavailable)
            let verdict = try await ask(local, "/password", Self.login)
            #expect(verdict.status == .serviceUnavailable)
        }
        #expect(lines.all.isEmpty, "\(lines.all)")
        try await tidyOnce(test, lines.logger)
        try await tidyOnce(test, lines.logger)
        let told = try #require(lines.all.first)
        #expect(lines.all.count == 1)
        #expect(told.message == "password checks refused" && told.level == .warning)
        #expect(told.metadata["count"] == "40")
        let kinds = HashingLane.Kind.allCases.compactMap { told.metadata[$0.rawValue] }
        #expect(kinds.compactMap { Int("\($0)") }.reduce(0, +) == 40)
    }

    @Test(
        "what else is refused for want of room is told with its reason, what fails in a line each"
    )
    func others() async throws {
        let test = try await TestDirectory()
        let lines = Lines()
        for _ in 0..<3 {
            #expect(
                test.directory.refusals.count(.overloaded("No code can be sent.", retryAfter: 9))
            )
        }
        try await tidyOnce(test, lines.logger)
        #expect(lines.all.map(\.message) == ["requests refused"])
        let metadata = try #require(lines.all.first?.metadata)
        #expect(metadata["count"] == "3" && metadata["last"] == "No code can be sent.")
        #expect(metadata["error.code"] == "server.overloaded")
    }

    private func ask(
        _ local: LocalResponder,
        _ path: String,
        _ body: String
    ) async throws -> Response {
        let head = HTTPRequest(method: .post, scheme: "http", authority: "localhost", path: path)
        let source = ApplicationRequestContextSource(
            channel: try StubChannel(from: "192.0.2.1"),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        return try await local.respond(
            to: Request(head: head, body: RequestBody(buffer: ByteBuffer(string: body))),
            context: MusterRequestContext(source: source)
        )
    }
}

/// Makes hashes, and has no place for a check.
private struct FullHasher: WrappingHasher {
    let hasher = InstantHasher()

    func check(
        _ password: Secret<String>,
        against hash: PasswordHash?,
        in lane: HashingLane
    ) async throws(MusterError) -> PasswordCheck {
        throw MusterError(.overloaded, "Too many.", cause: HashingRefusal(lane.kind))
    }
}

/// Keeps what is logged from information upwards.
final class Lines: Sendable {
    struct Line: Sendable {
        let level: Logger.Level
        let message: String
        let metadata: Logger.Metadata
    }

    private let kept = Mutex<[Line]>([])

    var all: [Line] { kept.withLock { $0 } }

    var logger: Logger {
        Logger(label: "test") { _ in Handler(lines: self) }
    }

    private struct Handler: LogHandler {
        let lines: Lines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.info

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let line = Line(
                level: event.level,
                message: "\(event.message)",
                metadata: event.metadata ?? [:]
            )
            lines.kept.withLock { $0.append(line) }
        }
    }
}
