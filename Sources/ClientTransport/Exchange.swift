import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Synchronization

/// One request on its way: collects the answer, and knows whether anything was sent at all.
///
/// The last is what makes it safe to try again after a connection that was refused.
final class Exchange: HTTPClientResponseDelegate {
    typealias Response = Answer

    /// The largest body that is read, in bytes: 64 MiB.
    ///
    /// A page of users is far below.
    static let bodyLimit = 67_108_864

    private struct State {
        var wasSent = false
        var head: HTTPResponseHead?
        var body = ByteBuffer()
    }

    private let state = Mutex(State())

    /// Whether the head of the request has been handed to the network.
    var wasSent: Bool {
        state.withLock { $0.wasSent }
    }

    func didSendRequestHead(task: HTTPClient.Task<Answer>, _ head: HTTPRequestHead) {
        state.withLock { $0.wasSent = true }
    }

    func didReceiveHead(
        task: HTTPClient.Task<Answer>,
        _ head: HTTPResponseHead
    ) -> EventLoopFuture<Void> {
        state.withLock { $0.head = head }
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveBodyPart(
        task: HTTPClient.Task<Answer>,
        _ buffer: ByteBuffer
    ) -> EventLoopFuture<Void> {
        let isTooLarge = state.withLock { state in
            guard state.body.readableBytes + buffer.readableBytes <= Exchange.bodyLimit else {
                return true
            }
            state.body.writeImmutableBuffer(buffer)
            return false
        }
        return isTooLarge
            ? task.eventLoop.makeFailedFuture(NIOTooManyBytesError(maxBytes: Exchange.bodyLimit))
            : task.eventLoop.makeSucceededVoidFuture()
    }

    func didFinishRequest(task: HTTPClient.Task<Answer>) throws -> Answer {
        try state.withLock { state in
            guard let head = state.head else { throw HTTPClientError.remoteConnectionClosed }
            return Answer(status: Int(head.status.code), fields: head.headers, body: state.body)
        }
    }
}
