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

    private let standing: ConnectionStanding
    private let address: IPAddress?
    private var turn: ConnectionTurn?
    private var turns: LoopTurns?
    private var context: ChannelHandlerContext?
    /// Whether somebody has bound.
    var isKnown = false {
        didSet {
            guard standing.note(isKnown: isKnown) else { return }
            readAsMuch()
            if isKnown { turn?.proved() }
        }
    }

    /// Builds it for one connection.
    ///
    /// - Parameters:
    ///   - strangers: Keeps strangers from taking everything; nil lets everybody read at once.
    ///   - address: Where the connection comes from.
    init(_ strangers: StrangersPace?, from address: IPAddress?) {
        standing = ConnectionStanding(strangers)
        self.address = address
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        let turn = ConnectionTurn(standing, on: context.eventLoop) { [weak self] in
            self?.context?.read()
        }
        turn.enter(from: address)
        self.turn = turn
        turns = turn.turns ?? LoopTurns(context.eventLoop)
        readAsMuch()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        turn?.leave()
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        turn?.leave()
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
        if turn?.mayRead() ?? true { context.read() }
    }

    /// Does some work for the connection, and notes how long that takes while nobody has bound.
    func measure(_ work: () -> Void) {
        if let turn { turn.measure(work) } else { work() }
    }

    /// Notes that somebody who has bound is being served.
    func noteCall() {
        guard isKnown, let context else { return }
        standing.pace?.noteCall(at: context.eventLoop.now)
    }

    /// Goes on after others have had a turn, and a stranger when it may be read from.
    func later(_ work: @escaping () -> Void) {
        turns?.add { [self] in
            if turn?.mayGoOn(work) ?? true { measure(work) }
        }
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
}
