import MusterCore
import NIOCore
import NIOHTTP1

/// Bounds of what is read ahead of its turn, and of heads.
struct GateLimits: Sendable {
    /// The most bytes of a head.
    var headBytes: Int
    /// The most lines of a head.
    var headLines = 1000
    /// What is taken from by heads.
    var budget: ArrivalBudget
    /// Whether nothing below takes TLS away, so that a greeting of TLS comes from somebody on the wrong port.
    var isPlain = false
    /// The answer to a head for which there is no room, as it goes out; nil just closes the connection.
    var refusal: (@Sendable (MusterError, ByteBufferAllocator) -> ByteBuffer)?
}

/// Lets bytes through to the parser when it is their turn and somebody wants them.
///
/// What the parser finds becomes many times as large as it was, and there is no end to what it finds in one go.
/// So a request waits as bytes until the one before it is answered, and no more bytes are read meanwhile; a part
/// that is let through holds no more than a few requests. A stranger's waits for its turn then as well as bytes that
/// are not read yet: who sends many at once has one of them looked at a turn.
final class RequestGate: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    /// What a sender may have sent of requests that are not their turn yet: the layer below does not stop reading
    /// what was sent before the end.
    private static let heldLimit = 65_536
    /// The bytes of chunks that are none of the body's: so many, and so many for each byte of the body.
    private static let chunkBytes = (fixed: 16_384, each: 16)

    private let clock: ConnectionClock
    private let limits: GateLimits
    private var held = ByteBuffer()
    /// Whether later handlers want more.
    private var isWanted = false
    private var isPumping = false
    private var hasPassed = false
    private var isInputClosed = false
    /// Whether nothing more is listened to.
    private var isDeaf = false
    /// Whether the request that is arriving is the connection's last.
    private var isLast = false
    private var isInHead = true
    private var headSize = (bytes: 0, lines: 0)
    private var bodySize = (raw: 0, content: 0)
    private var room: HeadRoom
    /// How many heads were found in the part that was let through last.
    private var headsInPart = 0
    /// Whether it is the turn of the next request.
    private var isItsTurn = false
    /// When a stranger's requests are looked at; nil for at once.
    var turn: ConnectionTurn?
    private var context: ChannelHandlerContext?

    init(_ clock: ConnectionClock, _ limits: GateLimits) {
        self.clock = clock
        self.limits = limits
        room = HeadRoom(of: limits.budget)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        room.giveBack()
        turn = nil
        self.context = nil
    }

    // MARK: What comes

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        guard !isDeaf else { return }
        if held.readableBytes == 0 {
            held = bytes
            if mayPass { pass(context) }
        } else {
            held.writeBuffer(&bytes)
        }
        noteHeld()
        if held.readableBytes > Self.heldLimit, isInHead { context.close(promise: nil) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if hasPassed {
            hasPassed = false
            context.fireChannelReadComplete()
        }
        // Later handlers ask no more; and whoever does not read never learns that the sender has gone.
        if isDeaf { context.read() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent, held.readableBytes > 0 {
            isInputClosed = true
            // The layer below no longer asks whether later handlers want any.
            context.channel.read()
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    func read(context: ChannelHandlerContext) {
        guard held.readableBytes > 0 else { return context.read() }
        isWanted = true
        pump(context)
    }

    // MARK: What is found in it

    /// Notes that the parser has found a head.
    func foundHead(isLast: Bool) {
        isInHead = false
        headsInPart += 1
        if headsInPart > 1 { turn?.noteMore() }
        self.isLast = isLast
        headSize = (0, 0)
        bodySize = (0, 0)
    }

    /// Notes that it has found a part of a body.
    func foundBody(_ count: Int) {
        bodySize.content += count
    }

    /// Notes that it has found a request's end.
    func foundEnd() {
        isInHead = true
        if isLast { ignoreRest() }
    }

    /// Notes that an answer has been given.
    func answered() {
        guard !clock.owesAnswer else { return }
        room.giveBack()
        // Whoever wanted to read has done so before anything was held; later handlers say whether they still do.
        if held.readableBytes > 0 { context?.channel.read() }
    }

    /// Drops all that comes from now on.
    func ignoreRest() {
        isDeaf = true
        held = ByteBuffer()
        noteHeld()
    }

    // MARK: Letting through

    /// Whether the next bytes belong to a request whose turn it is.
    private var mayPass: Bool { !isDeaf && !(isInHead && clock.owesAnswer) }

    private func pump(_ context: ChannelHandlerContext) {
        guard !isPumping else { return }
        isPumping = true
        while isWanted, mayPass, held.readableBytes > 0, isDue {
            isWanted = false
            measure {
                pass(context)
                channelReadComplete(context: context)
            }
            context.channel.read()
        }
        isPumping = false
        noteHeld()
        guard held.readableBytes == 0 else { return }
        if isInputClosed {
            isInputClosed = false
            context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        }
        if isWanted {
            isWanted = false
            context.read()
        }
    }

    /// Whether the next bytes are let through now; the first of a stranger's request otherwise are in its turn.
    private var isDue: Bool {
        guard let turn, isInHead, headSize.bytes == 0, !isItsTurn else {
            isItsTurn = false
            return true
        }
        return turn.mayGoOn { [weak self] in
            guard let self, let context = self.context else { return }
            isItsTurn = true
            pump(context)
        }
    }

    private func measure(_ work: () -> Void) {
        if let turn { turn.measure(work) } else { work() }
    }

    private func pass(_ context: ChannelHandlerContext) {
        headsInPart = 0
        let (length, lines) = held.firstPart
        guard let part = held.readSlice(length: length) else { return }
        if held.readableBytes == 0 { held = ByteBuffer() }
        if isInHead {
            if headSize.bytes == 0, limits.isPlain, part.isGreetingOfTLS {
                refuse(RequestGate.wrongScheme, context)
                return
            }
            headSize.bytes += length
            headSize.lines += lines
            guard fits(context) else { return }
        } else {
            bodySize.raw += length
        }
        hasPassed = true
        context.fireChannelRead(wrapInboundOut(part))
        let (fixed, each) = Self.chunkBytes
        if !isInHead, bodySize.raw - bodySize.content > fixed + each * bodySize.content {
            ignoreRest()
            context.close(promise: nil)
        }
    }

    private func noteHeld() {
        clock.isHolding = held.readableBytes > 0
    }

    /// Refuses a head that is too large, or for which there is no room.
    private func fits(_ context: ChannelHandlerContext) -> Bool {
        if headSize.bytes > limits.headBytes || headSize.lines > limits.headLines {
            refuse(
                MusterError(.headerTooLarge, "The header has more lines or bytes than are read."),
                context
            )
        } else if !room.take(bytes: headSize.bytes, lines: headSize.lines) {
            refuse(ArrivalBudget.isSpent, context)
        } else {
            return true
        }
        return false
    }

    private static let wrongScheme = MusterError(
        .inputMalformed,
        "This port speaks plain HTTP. Ask it with http:// in place of https://.",
        cause: Trouble.unexpectedTLS
    )

    private func refuse(_ error: MusterError, _ context: ChannelHandlerContext) {
        ignoreRest()
        guard !clock.owesAnswer, let refusal = limits.refusal else {
            context.close(promise: nil)
            return
        }
        let written = context.eventLoop.makePromise(of: Void.self)
        let channel = context.channel
        // The sender may still be sending; it is to read the answer before the connection ends.
        written.futureResult.whenSuccess { channel.close(mode: .output, promise: nil) }
        let bytes = refusal(error, channel.allocator)
        context.writeAndFlush(wrapOutboundOut(.byteBuffer(bytes)), promise: written)
    }
}

extension ByteBuffer {
    /// Whether this begins as connections over TLS do, with a record of a handshake (RFC 8446 section 5.1).
    fileprivate var isGreetingOfTLS: Bool {
        getInteger(at: readerIndex, as: UInt8.self) == 22
    }

    /// No part is smaller, so that there are not too many; and no request is much smaller.
    private static let leastPart = 64

    /// How many bytes there are to the first empty line, at which a head may end, and how many lines they have.
    fileprivate var firstPart: (length: Int, lines: Int) {
        withUnsafeReadableBytes { bytes in
            var lines = 0
            var place = 0
            while let end = bytes[place...].firstIndex(of: UInt8(ascii: "\n")) {
                lines += 1
                place = end + 1
                guard place >= ByteBuffer.leastPart else { continue }
                var next = place
                if next < bytes.count, bytes[next] == UInt8(ascii: "\r") { next += 1 }
                if next < bytes.count, bytes[next] == UInt8(ascii: "\n") {
                    return (next + 1, lines + 1)
                }
            }
            return (bytes.count, lines)
        }
    }
}
