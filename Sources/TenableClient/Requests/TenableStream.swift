import ClientTransport

/// An answer of whatever status whose body is read as it arrives.
package struct TenableStream: Sendable {
    private let answer: StreamedAnswer
    private let request: Request

    init(_ answer: StreamedAnswer, _ request: Request) {
        self.answer = answer
        self.request = request
    }

    /// The status.
    package var status: Int { answer.status }

    /// Reads the body to its end, for answers that are no success; possible once, and instead of ``lines``.
    ///
    /// - Throws: ``TenableError`` where it breaks off or has more than 1 MiB.
    package func collected() async throws(TenableError) -> TenableAnswer {
        do {
            return TenableAnswer(try await answer.collected())
        } catch {
            throw TenableError(error, of: request)
        }
    }

    /// The lines of the body without their line feeds, each of 1 MiB at most; possible once.
    package var lines: TenableLines { TenableLines(answer.lines, request) }
}

/// The lines of a body, as they arrive.
package struct TenableLines: AsyncSequence, Sendable {
    package typealias Element = [UInt8]
    package typealias Failure = TenableError

    private let lines: Lines
    private let request: Request

    init(_ lines: Lines, _ request: Request) {
        self.lines = lines
        self.request = request
    }

    /// Begins at the first line; possible once.
    package func makeAsyncIterator() -> Iterator {
        Iterator(base: lines.makeAsyncIterator(), request: request)
    }

    /// Reads line after line.
    package struct Iterator: AsyncIteratorProtocol {
        var base: Lines.Iterator
        let request: Request

        /// The next line; nil at the end.
        ///
        /// - Throws: ``TenableError`` where the body breaks off or a line is too long.
        package mutating func next() async throws(TenableError) -> [UInt8]? {
            try await next(isolation: #isolation)
        }

        /// The next line; nil at the end.
        ///
        /// - Throws: ``TenableError`` where the body breaks off or a line is too long.
        package mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(TenableError) -> [UInt8]? {
            do {
                return try await base.next(isolation: actor)
            } catch {
                throw TenableError(error, of: request)
            }
        }
    }
}
