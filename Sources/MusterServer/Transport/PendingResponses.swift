import NIOCore
import NIOHTTP1

/// Counts the requests that the parser has found and the router has not answered, and tells the gate in front of
/// the parser what is found.
///
/// After the head that answers HEAD it lets nothing through, whatever that head says of a body (RFC 9112 section 6.3).
///
/// Of a body's parts it makes one: a sender of chunks decides how many there are, and each takes some hundred bytes
/// beside its own. What later handlers see of fields is ASCII, and those that follow a body nobody sees.
final class PendingResponses: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let clock: ConnectionClock
    private let gate: RequestGate?
    private var body: ByteBuffer?
    /// How many requests were found, and how many answered.
    private var count = (found: 0, answered: 0)
    /// Which of those that are not answered are HEAD, by their numbers.
    private var headOnly: [Int] = []

    init(_ clock: ConnectionClock, gate: RequestGate? = nil) {
        self.clock = clock
        self.gate = gate
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(var head):
            let isPlain = head.isPlain
            if !isPlain { head.makePlain() }
            if head.method == .HEAD { headOnly.append(count.found) }
            count.found += 1
            clock.began()
            gate?.foundHead(isLast: head.isLast)
            guard isPlain else { return context.fireChannelRead(wrapInboundOut(.head(head))) }
        case .body(var part):
            gate?.foundBody(part.readableBytes)
            if body?.writeBuffer(&part) == nil { body = part }
            return
        case .end(let trailers):
            passBody(context)
            clock.arrived()
            gate?.foundEnd()
            guard trailers == nil else { return context.fireChannelRead(wrapInboundOut(.end(nil))) }
        }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        passBody(context)
        context.fireChannelReadComplete()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // What the parser has refused is still to be answered, and after that answer the connection ends.
        clock.broke()
        gate?.ignoreRest()
        context.fireErrorCaught(error)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .end = unwrapOutboundIn(data) else {
            context.write(data, promise: promise)
            return
        }
        clock.answered()
        if headOnly.first == count.answered {
            headOnly.removeFirst()
            // The coder would end a body in pieces that never began.
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer()))), promise: promise)
        } else {
            context.write(data, promise: promise)
        }
        count.answered += 1
        gate?.answered()
    }

    private func passBody(_ context: ChannelHandlerContext) {
        guard let part = body else { return }
        body = nil
        context.fireChannelRead(wrapInboundOut(.body(part)))
    }
}

/// How a body is coded for its way.
enum TransferCoding {
    /// Whether a body can be read: it is not coded, or in chunks once and in no other way (RFC 9112 section 6.1).
    static func isKnown(_ codings: [String]) -> Bool {
        codings.isEmpty
            || codings.count == 1 && codings.allSatisfy { $0.isEqual(to: "chunked") }
    }
}
