import Hummingbird
import MusterCore
import NIOCore
import TextBytes

/// Many users at a time.
///
/// | method | path | needs | answers |
/// |---|---|---|---|
/// | POST | /users/import | administrator | 200 JSON lines, see ``MusterCore/ImportRun`` |
/// | GET | /users/export | administrator | 200 JSON lines, see ``NativeExportRoutes`` |
struct NativeImportRoutes {
    /// The media type of JSON lines.
    static let linesType = "application/x-ndjson"

    private let directory: Directory
    private let imports: ImportService
    private let budgets = ImportBudgets()

    init(_ directory: Directory) {
        self.directory = directory
        imports = ImportService(directory)
    }

    var routes: [Route] {
        [
            Route(
                .post,
                NativeRoutes.root + "/users/import",
                of: .native,
                streamsBody: true,
                importUsers
            ),
            NativeRoutes.route(
                .get,
                "/users/export",
                isList: true,
                NativeExportRoutes(directory).export
            ),
        ]
    }

    @Sendable private func importUsers(_ call: Call) async throws -> Response {
        var settings = ImportSettings()
        let run = try imports.begin(by: try call.callerForChange) { () throws(MusterError) in
            try call.requireLines()
            settings = try ImportSettings(try call.query())
            return settings.options
        }
        call.expectLongBody()
        let caller = run.caller
        let importRun = ImportRun(
            run,
            as: NativeImportFormat(),
            stopsAtFailure: settings.stopsAtFailure,
            roomForLines: { [budgets] in BudgetedRoom(of: budgets.lines, for: caller) },
            names: { [budgets] in BudgetedRoom(of: budgets.names, for: caller) },
            checkers: ImportThread.checkers.map { $0.lane(for: caller) }
        )
        let answer = ImportAnswer(shown: settings.results, isDryRun: settings.options.isDryRun)
        let requestBody = call.request.body
        let lane = ImportThread.shared.lane(for: caller)
        let body = ResponseBody { writer in
            try await withTaskExecutorPreference(lane) {
                try await importRun.answer(requestBody, answer, to: &writer)
            }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok,
            headers: [.contentType: NativeImportRoutes.linesType],
            body: body
        )
    }
}

extension ImportRun {
    /// Takes the lines of a body and writes the answer.
    @concurrent fileprivate func answer(
        _ body: RequestBody,
        _ answer: ImportAnswer,
        to writer: inout any ResponseBodyWriter
    ) async throws {
        var conversation = ImportConversation(answer: answer, writer: writer)
        try await take(BodySource(body), &conversation)
        try await conversation.sendAll()
    }
}

/// The answer to an import, and who it is written to.
private struct ImportConversation: SentImportReport {
    var answer: ImportAnswer
    var writer: any ResponseBodyWriter

    var failed: Int { answer.failed }

    mutating func fail(_ line: Int, _ error: MusterError) { answer.fail(line, error) }

    mutating func add(_ candidate: ImportCandidate, _ outcome: ImportOutcome) {
        answer.add(candidate, outcome)
    }

    mutating func beginLooks() { answer.beginLooks() }

    mutating func endLooks() { answer.endLooks() }

    mutating func look(_ lines: Int) { answer.look(lines) }

    mutating func progress(_ lines: Int) { answer.progress(lines) }

    mutating func finish(_ error: MusterError?) { answer.finish(error) }

    @concurrent mutating func send() async throws { try await answer.send(to: &writer) }

    /// Sends what is left.
    @concurrent mutating func sendAll() async throws {
        try await answer.send(to: &writer, all: true)
    }
}

/// The body of a request.
struct BodySource: ImportSource {
    private var parts: RequestBody.AsyncIterator

    init(_ body: RequestBody) {
        parts = body.makeAsyncIterator()
    }

    @concurrent mutating func next() async throws -> ByteBufferView? {
        try await parts.next()?.readableBytesView
    }
}

/// What the query of an import asks for.
struct ImportSettings: Sendable {
    /// Which users, and whether for real.
    var options = ImportOptions()
    /// Whether one bad line is enough to take nothing.
    var stopsAtFailure = true
    /// Which lines are shown.
    var results = Results.failed

    /// Which lines of an import are shown in the answer.
    enum Results: String, CaseIterable {
        /// Those that were not taken.
        case failed
        /// Those, and the ones that let their users administer users.
        case administrators
        /// All.
        case all
    }

    /// The defaults.
    init() {}

    /// Reads `mode`, `on_error`, `dry_run`, `create_groups`, `keep_administration` and `results`.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`, naming the parameter.
    init(_ query: QueryItems) throws(MusterError) {
        let modes = ImportOptions.Mode.allCases.map { ($0.rawValue, $0) }
        options.mode = try query.choice("mode", modes) ?? .create
        stopsAtFailure =
            try query.choice("on_error", [("stop", true), ("continue", false)]) ?? true
        options.isDryRun = try query.choice("dry_run", [("true", true), ("false", false)]) ?? false
        options.createsGroups =
            try query.choice("create_groups", [("true", true), ("false", false)]) ?? false
        options.keepsAdministration =
            try query.choice("keep_administration", [("true", true), ("false", false)]) ?? false
        results = try query.choice("results", Results.allCases.map { ($0.rawValue, $0) }) ?? .failed
    }
}

extension QueryItems {
    /// One of several words, if the parameter is there.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`, naming the parameter.
    func choice<Value>(
        _ name: String,
        _ values: [(word: String, value: Value)]
    ) throws(MusterError) -> Value? {
        guard let text = self[name] else { return nil }
        guard let match = values.first(where: { $0.word.hasSameBytes(as: text) }) else {
            let words = values.map(\.word).joined(separator: ", ")
            throw .invalid(name, rule: "must be one of [\(words)]")
        }
        return match.value
    }
}

extension Call {
    /// Refuses a body that is not said to be JSON lines.
    ///
    /// - Throws: ``MusterError`` with code `request.unsupported_media_type`.
    fileprivate func requireLines() throws(MusterError) {
        let type = (request.headers[.contentType] ?? "").utf8.prefix { $0 != UInt8(ascii: ";") }
        let isLines = [NativeImportRoutes.linesType, "application/jsonl", "application/ndjson"]
            .contains {
                type.isEqual(to: $0.utf8)
            }
        guard isLines else {
            throw MusterError(
                .unsupportedMediaType,
                "Send one JSON object a line, with Content-Type: \(NativeImportRoutes.linesType)."
            )
        }
    }

    /// Tells the connection that the body may be of any length and take its time.
    func expectLongBody() {
        context.channel.triggerUserOutboundEvent(LongBody(), promise: nil)
        Call.askForBody(of: request, on: context.channel)
    }
}
