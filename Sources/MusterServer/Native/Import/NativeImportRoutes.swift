import Hummingbird
import MusterCore
import NIOCore

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
        var settings = NativeImportSettings()
        let run = try imports.begin(by: try call.callerForChange) { () throws(MusterError) in
            try call.requireLines()
            settings = try NativeImportSettings(try call.query())
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
        let answer = NativeImportAnswer(
            shown: settings.results,
            isDryRun: settings.options.isDryRun
        )
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
