import ClientTransport
import NIOHTTP1
import WireJSON

extension MusterClient {
    /// What becomes of the lines of an import, as the server tells it.
    ///
    /// Made by ``Users/importLines(_:_:)``. It can be read once. The last is ``ImportAnswerRecord/finished(_:)``; where
    /// there is none, the answer broke off, and users up to some line were taken.
    public struct ImportOutcomes: AsyncSequence, Sendable {
        /// A line of the answer.
        public typealias Element = ImportAnswerRecord
        /// The one error of this library.
        public typealias Failure = MusterClientError

        let answer: StreamedAnswer
        let request: Request

        /// Begins at the first line.
        public func makeAsyncIterator() -> Iterator {
            Iterator(lines: answer.lines.makeAsyncIterator(), outcomes: self)
        }

        /// Reads line after line.
        public struct Iterator: AsyncIteratorProtocol {
            var lines: Lines.Iterator
            let outcomes: ImportOutcomes

            /// The next line; nil at the end.
            ///
            /// - Throws: ``MusterClientError``.
            public mutating func next() async throws(MusterClientError) -> ImportAnswerRecord? {
                try await next(isolation: #isolation)
            }

            /// The next line; nil at the end.
            ///
            /// - Throws: ``MusterClientError``.
            public mutating func next(
                isolation actor: isolated (any Actor)?
            ) async throws(MusterClientError) -> ImportAnswerRecord? {
                let line: [UInt8]?
                do {
                    line = try await lines.next(isolation: actor)
                } catch {
                    throw MusterClientError(error, of: outcomes.request)
                }
                guard let line else { return nil }
                let answer = Answer(status: outcomes.answer.status, fields: outcomes.answer.fields)
                guard case .object(let object)? = try? JSONValue(parsing: line) else {
                    throw .malformedAnswer(answer, to: outcomes.request)
                }
                do {
                    return try ImportAnswerRecord(object)
                } catch {
                    throw .malformedAnswer(answer, to: outcomes.request, error)
                }
            }
        }
    }
}

extension MusterClient.Users {
    /// Takes many users at a time.
    ///
    /// The answer begins while the lines are sent; read it to its end. An import is never sent a second time.
    ///
    /// - Parameters:
    ///   - pieces: JSON lines, a user each, in pieces of any size; what they throw is the cause of the error.
    ///   - options: How it goes.
    /// - Returns: What becomes of the lines.
    /// - Throws: ``MusterClientError`` where the import is refused as a whole.
    public func importLines<Pieces: AsyncSequence & Sendable>(
        _ pieces: Pieces,
        _ options: MusterClient.ImportOptions = MusterClient.ImportOptions()
    ) async throws(MusterClientError) -> MusterClient.ImportOutcomes
    where Pieces.Element == [UInt8] {
        var request = Request(.POST, RequestPath("/users/import").with(options.query))
        request.fields.add(name: "Content-Type", value: "application/x-ndjson")
        try client.connection.requireOpen()
        let answer: StreamedAnswer
        do {
            answer = try await client.connection.transport.stream(
                request,
                uploading: pieces,
                client.connection.credentials
            )
        } catch {
            throw MusterClientError(error, of: request)
        }
        try await client.requireSuccess(answer, request)
        return MusterClient.ImportOutcomes(answer: answer, request: request)
    }
}

extension MusterClient {
    /// Refuses a streamed answer that is no success.
    ///
    /// - Throws: ``MusterClientError``.
    func requireSuccess(
        _ answer: StreamedAnswer,
        _ request: Request
    ) async throws(MusterClientError) {
        guard answer.status != 200 else { return }
        let whole: Answer
        do {
            whole = try await answer.collected()
        } catch {
            throw MusterClientError(error, of: request)
        }
        throw MusterClientError(whole, to: request)
    }
}
