import MusterCore
import NIOCore

/// The first handler of a connection of LDAP: while nobody has bound it is read from, and served, at the pace of strangers, which
/// is that of HTTP's as well.
///
/// Lives on the connection's event loop.
final class LDAPEdge: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    private let strangers: StrangersPace?
    private let network: SourceNetwork
    private var pace: LoopPace?
    private var turns: LoopTurns?
    private var newcomer = Newcomer()
    private var context: ChannelHandlerContext?
    /// Whether a turn is waited for: to be read from, or to go on with what has come.
    private(set) var isWaiting = false
    /// What is gone on with; nil if it is reading that is waited for.
    private var next: (() -> Void)?
    /// Whether time is being taken, further up on the stack.
    private var isMeasuring = false
    /// Whether somebody has bound.
    var isKnown = false {
        didSet {
            guard isKnown != oldValue else { return }
            readAsMuch()
            guard isKnown, let pace else { return }
            newcomer.proved(pace, network)
            guard isWaiting else { return }
            pace.left()
            readNow()
        }
    }

    /// Builds it for one connection.
    ///
    /// - Parameters:
    ///   - strangers: Keeps strangers from taking everything; nil lets everybody read at once.
    ///   - address: Where the connection comes from.
    init(_ strangers: StrangersPace?, from address: IPAddress?) {
        self.strangers = strangers
        network = SourceNetwork(of: address)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        pace = strangers?.pace(on: context.eventLoop)
        turns = pace?.turns ?? LoopTurns(context.eventLoop)
        readAsMuch()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        leave()
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        leave()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        measure { context.fireChannelRead(data) }
    }

    /// Over TLS it is now that messages are seen.
    func channelReadComplete(context: ChannelHandlerContext) {
        measure { context.fireChannelReadComplete() }
    }

    func read(context: ChannelHandlerContext) {
        guard !isWaiting else { return }
        if mayRead { context.read() }
    }

    /// Does some work for the connection, and notes how long that takes while nobody has bound.
    func measure(_ work: () -> Void) {
        guard let pace, let context, !isKnown, !isMeasuring else { return work() }
        let begin = context.eventLoop.now
        isMeasuring = true
        work()
        isMeasuring = false
        if !isKnown { newcomer.took(context.eventLoop.now - begin, pace) }
    }

    /// Notes that somebody who has bound is being served.
    func noteCall() {
        guard isKnown, let context else { return }
        strangers?.noteCall(at: context.eventLoop.now)
    }

    /// Goes on after others have had a turn, and a stranger when it may be read from.
    func later(_ work: @escaping () -> Void) {
        turns?.add { [self] in
            if !isWaiting, mayRead {
                measure(work)
            } else {
                next = work
            }
        }
    }

    /// Whether it is read from now; otherwise it waits.
    private var mayRead: Bool {
        guard let pace, !isKnown, !newcomer.reads(pace, from: network),
            !pace.mayRead(self, from: network)
        else { return true }
        isWaiting = true
        return false
    }

    /// Strangers' bytes are taken a few at a time, so that a reading is no long work.
    private func readAsMuch() {
        guard let channel = context?.channel else { return }
        if isKnown {
            // Where it is not to be had, as in a channel of a test, reading stays as it is.
            try? channel.syncOptions?.setOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator()
            )
        } else {
            channel.readSparingly()
        }
    }

    private func leave() {
        next = nil
        if isWaiting {
            isWaiting = false
            pace?.left()
        }
        if let pace { newcomer.end(pace) }
    }
}

extension LDAPEdge: WaitingReader {
    func readNow() {
        isWaiting = false
        if let work = next {
            next = nil
            measure(work)
        } else {
            context?.read()
        }
    }
}
