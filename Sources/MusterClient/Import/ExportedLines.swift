import ClientTransport
import NIOHTTP1
import WireJSON

extension MusterClient {
    /// All users in the form of an import, a line each, as the server gives them out.
    ///
    /// Made by ``Users/export(hashes:)``. It can be read once. Where an error ends it, users are missing.
    public struct ExportedLines: AsyncSequence, Sendable {
        /// A JSON object without its line feed.
        public typealias Element = [UInt8]
        /// The one error of this library.
        public typealias Failure = MusterClientError

        let answer: StreamedAnswer
        let request: Request

        /// Begins at the first line.
        public func makeAsyncIterator() -> Iterator {
            Iterator(lines: answer.lines.makeAsyncIterator(), request: request)
        }

        /// Reads line after line.
        public struct Iterator: AsyncIteratorProtocol {
            var lines: Lines.Iterator
            let request: Request

            /// The next line; nil at the end.
            ///
            /// - Throws: ``MusterClientError``.
            public mutating func next() async throws(MusterClientError) -> [UInt8]? {
                try await next(isolation: #isolation)
            }

            /// The next line; nil at the end.
            ///
            /// - Throws: ``MusterClientError``.
            public mutating func next(
                isolation actor: isolated (any Actor)?
            ) async throws(MusterClientError) -> [UInt8]? {
                do {
                    return try await lines.next(isolation: actor)
                } catch {
                    throw MusterClientError(error, of: request)
                }
            }
        }
    }
}

extension MusterClient.Users {
    /// Gives out all users, in the order of their numbers.
    ///
    /// - Parameter hashes: Whether with the hashes of the passwords, which is for the role Administrator.
    /// - Returns: The lines; ``ImportBody`` reads what stands in one.
    /// - Throws: ``MusterClientError`` where the export is refused.
    public func export(
        hashes: Bool = false
    ) async throws(MusterClientError) -> MusterClient.ExportedLines {
        let path = RequestPath("/users/export").with([("hashes", hashes ? "true" : nil)])
        let request = Request(.GET, path)
        try client.connection.requireOpen()
        let answer: StreamedAnswer
        do {
            answer = try await client.connection.transport.stream(
                request,
                client.connection.credentials
            )
        } catch {
            throw MusterClientError(error, of: request)
        }
        try await client.requireSuccess(answer, request)
        return MusterClient.ExportedLines(answer: answer, request: request)
    }
}
