import NIOCore
import NIOHTTP1

/// Ends the connection after requests of HTTP/1.0, which are answered in their own version: nothing in chunks
/// (RFC 9112 section 7.1), and their senders wait for the end (section 9.3).
///
/// So it does after those that ask for another protocol, after which the parser reads no more, and after those
/// that are coded in a way that nobody here can read (section 6.1).
final class LastRequestHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private var isOld = false
    private var isLast = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(var head) = unwrapInboundIn(data), head.isLast else {
            context.fireChannelRead(data)
            return
        }
        isLast = true
        isOld = head.version == .http1_0
        head.headers.replaceOrAdd(name: "connection", value: "close")
        if isOld {
            // RFC 9110 section 10.1.1: not to be asked for their bodies.
            head.headers.remove(name: "expect")
            // RFC 9112 section 3.2: only later versions have to say it.
            if !head.headers.contains(name: "host") { head.headers.add(name: "host", value: "") }
        }
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard isLast, case .head(var head) = unwrapOutboundIn(data) else {
            context.write(data, promise: promise)
            return
        }
        if isOld {
            head.version = .http1_0
        } else if head.status != .continue {
            head.headers.replaceOrAdd(name: "connection", value: "close")
        }
        context.write(wrapOutboundOut(.head(head)), promise: promise)
    }
}

extension HTTPRequestHead {
    /// Whether the connection ends after the answer.
    var isLast: Bool {
        version == .http1_0 || !isKeepAlive || method == .CONNECT || isUpgrade
            || !TransferCoding.isKnown(headers["transfer-encoding"])
    }

    private var isUpgrade: Bool {
        headers.contains(name: "upgrade")
            && headers["connection"].contains { $0.lists("upgrade") }
    }
}
