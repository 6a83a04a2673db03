import Hummingbird
import MusterCore

extension ImportRun {
    /// Takes the lines of a body and writes the answer.
    @concurrent func answer(
        _ body: RequestBody,
        _ answer: NativeImportAnswer,
        to writer: inout any ResponseBodyWriter
    ) async throws {
        var conversation = NativeImportConversation(answer: answer, writer: writer)
        try await take(BodySource(body), &conversation)
        try await conversation.sendAll()
    }
}

/// The answer to an import, and who it is written to.
private struct NativeImportConversation: SentImportReport {
    var answer: NativeImportAnswer
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
