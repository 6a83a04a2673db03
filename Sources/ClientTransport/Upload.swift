import NIOCore
import Synchronization

/// A body that is sent piece by piece, and knows whether any of it was asked for.
///
/// The last tells a connection that could not be made from one that was lost.
struct Upload<Base: AsyncSequence & Sendable>: AsyncSequence, Sendable
where Base.Element == [UInt8] {
    typealias Element = ByteBuffer

    private let base: Base
    private let start: UploadStart

    init(_ base: Base, _ start: UploadStart) {
        self.base = base
        self.start = start
    }

    func makeAsyncIterator() -> Iterator {
        Iterator(base: base.makeAsyncIterator(), start: start)
    }

    struct Iterator: AsyncIteratorProtocol {
        var base: Base.AsyncIterator
        let start: UploadStart

        mutating func next() async throws -> ByteBuffer? {
            try await next(isolation: #isolation)
        }

        mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(Base.Failure) -> ByteBuffer? {
            start.markBegun()
            while let piece = try await base.next(isolation: actor) {
                // An empty piece would be the end of a body sent in chunks (RFC 9112 section 7.1).
                if !piece.isEmpty { return ByteBuffer(bytes: piece) }
            }
            return nil
        }
    }
}

/// Whether a body has begun to be sent.
final class UploadStart: Sendable {
    private let state = Mutex(false)

    var hasBegun: Bool { state.withLock { $0 } }

    func markBegun() {
        state.withLock { $0 = true }
    }
}
