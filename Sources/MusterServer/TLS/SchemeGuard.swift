import HummingbirdCore
import Logging
import NIOCore
import NIOSSL

/// Connections over TLS, on which whoever speaks plain HTTP is told so.
struct SchemeGuard<Base: ServerChildChannel>: ServerChildChannel {
    private let base: Base
    private let certificate: CertificateKeeper
    private let onRefusal: @Sendable () -> Void

    /// - Parameters:
    ///   - base: What serves whoever speaks TLS.
    ///   - certificate: The certificate that is shown.
    ///   - onRefusal: Called for each connection that speaks plain HTTP.
    init(
        _ base: Base,
        _ certificate: CertificateKeeper,
        onRefusal: @escaping @Sendable () -> Void
    ) {
        self.base = base
        self.certificate = certificate
        self.onRefusal = onRefusal
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Base.Value> {
        do {
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(PlainRequestRefusal(onRefusal))
            try pipeline.addHandler(NIOSSLServerHandler(context: certificate.context))
        } catch {
            return channel.eventLoop.makeFailedFuture(error)
        }
        return base.setup(channel: channel, logger: logger)
    }

    func handle(value: Base.Value, logger: Logger) async {
        await base.handle(value: value, logger: logger)
    }
}

/// Looks at the first byte of a connection that has to begin with TLS.
///
/// A method of HTTP begins with a capital letter; a greeting of TLS with 22 (RFC 8446 section 5.1).
private final class PlainRequestRefusal: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private static let sentence =
        "This port speaks HTTPS. Ask it with https:// in place of http://.\n"
    private let onRefusal: @Sendable () -> Void
    private var isRefused = false

    init(_ onRefusal: @escaping @Sendable () -> Void) {
        self.onRefusal = onRefusal
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isRefused else { return }
        let first = unwrapInboundIn(data).readableBytesView.first
        guard let first, (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(first) else {
            context.fireChannelRead(data)
            if first != nil { context.pipeline.syncOperations.removeHandler(self, promise: nil) }
            return
        }
        isRefused = true
        onRefusal()
        let text = Self.sentence
        let answer = """
            HTTP/1.1 400 Bad Request\r
            Content-Type: text/plain; charset=utf-8\r
            Content-Length: \(text.utf8.count)\r
            Connection: close\r
            \r
            \(text)
            """
        let channel = context.channel
        let written = context.eventLoop.makePromise(of: Void.self)
        // The sender may still be sending; it is to read the answer before the connection ends.
        written.futureResult.whenComplete { _ in channel.close(mode: .output, promise: nil) }
        context.writeAndFlush(
            wrapOutboundOut(channel.allocator.buffer(string: answer)),
            promise: written
        )
    }
}
