import AsyncHTTPClient
import NIOCore

/// The lines of a streamed body, without their line feeds, as they arrive.
package struct Lines: AsyncSequence, Sendable {
    package typealias Element = [UInt8]
    package typealias Failure = NetworkFailure

    /// The longest line that is read, in bytes: 1 MiB.
    package static let longestLine = 1_048_576

    private let body: HTTPClientResponse.Body
    private let isRead: Bool

    init(_ body: HTTPClientResponse.Body, isRead: Bool) {
        self.body = body
        self.isRead = isRead
    }

    /// Begins at the first line; possible once.
    package func makeAsyncIterator() -> Iterator {
        Iterator(base: body.makeAsyncIterator(), isRead: isRead)
    }

    /// Reads line after line.
    package struct Iterator: AsyncIteratorProtocol {
        var base: HTTPClientResponse.Body.AsyncIterator
        let isRead: Bool
        var splitter = LineSplitter(longestLine: Lines.longestLine)
        var isAtEnd = false

        /// The next line; nil at the end.
        ///
        /// - Throws: ``NetworkFailure`` where the body breaks off or a line is longer than ``Lines/longestLine``.
        package mutating func next() async throws(NetworkFailure) -> [UInt8]? {
            try await next(isolation: #isolation)
        }

        /// The next line; nil at the end.
        ///
        /// - Throws: ``NetworkFailure`` where the body breaks off or a line is longer than ``Lines/longestLine``.
        package mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(NetworkFailure) -> [UInt8]? {
            do {
                while true {
                    if let line = try splitter.next() { return line }
                    guard !isAtEnd else { return splitter.rest() }
                    guard let buffer = try await base.next(isolation: actor) else {
                        isAtEnd = true
                        continue
                    }
                    splitter.append(buffer)
                }
            } catch {
                throw NetworkFailure(error, mayHaveArrived: !isRead)
            }
        }
    }
}

/// Cuts bytes that arrive in pieces at their line feeds.
struct LineSplitter: Sendable {
    let longestLine: Int
    private var buffer = ByteBuffer()
    /// How many of the readable bytes are known to hold no line feed.
    private var searched = 0

    init(longestLine: Int) {
        self.longestLine = longestLine
    }

    /// Takes a piece.
    mutating func append(_ piece: ByteBuffer) {
        buffer.discardReadBytes()
        buffer.writeImmutableBuffer(piece)
    }

    /// The next whole line; nil if more is needed.
    ///
    /// - Throws: `NIOTooManyBytesError`.
    mutating func next() throws(NIOTooManyBytesError) -> [UInt8]? {
        let view = buffer.readableBytesView.dropFirst(searched)
        guard let end = view.firstIndex(of: UInt8(ascii: "\n")) else {
            searched = buffer.readableBytes
            guard searched <= longestLine else {
                throw NIOTooManyBytesError(maxBytes: longestLine)
            }
            return nil
        }
        let length = searched + view.distance(from: view.startIndex, to: end)
        guard length <= longestLine else { throw NIOTooManyBytesError(maxBytes: longestLine) }
        let line = buffer.readBytes(length: length)
        buffer.moveReaderIndex(forwardBy: 1)
        searched = 0
        return line
    }

    /// What stands after the last line feed; nil if that is nothing.
    mutating func rest() -> [UInt8]? {
        searched = 0
        return buffer.readableBytes == 0 ? nil : buffer.readBytes(length: buffer.readableBytes)
    }
}
