import LDAPWire
import Logging
import MusterCore
import NIOCore

/// One client: reads its messages, lets them be answered, and keeps who has bound.
///
/// Lives on the connection's event loop. What takes longer than a look-up runs beside it; a bind runs alone, since whoever asks
/// after it asks as whoever it makes the client.
final class LDAPConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    let operations: LDAPOperations
    let address: IPAddress?
    let logger: Logger
    /// What TLS is spoken with; nil if there is no certificate.
    let tls: CertificateKeeper?
    let refusals: RefusalPace
    var isSecure: Bool
    /// Who has bound; nil for nobody.
    var caller: Principal?
    var context: ChannelHandlerContext?
    private(set) var running: [Int: Task<Void, Never>] = [:]
    private var abandoned: Set<Int> = []
    /// Whether an operation is under way beside which there may be no other.
    private var isAlone = false
    private var isEnding = false
    private var arrived = ByteBuffer()
    private var waiters: [EventLoopPromise<Void>] = []
    private var idle: Scheduled<Void>?
    private var lastMoved = NIODeadline.now()
    private var isReading = true
    private var stall: Scheduled<Void>?

    init(
        _ operations: LDAPOperations,
        address: IPAddress?,
        tls: CertificateKeeper?,
        isSecure: Bool,
        refusals: RefusalPace,
        logger: Logger
    ) {
        self.operations = operations
        self.address = address
        self.tls = tls
        self.isSecure = isSecure
        self.refusals = refusals
        self.logger = logger
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        watchIdle(for: .seconds(LDAPLimits.strangerIdle))
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is ChannelShouldQuiesceEvent else {
            return context.fireUserInboundEventTriggered(event)
        }
        disconnect(LDAPResult(.unavailable, "the server is stopping"))
        // A client that reads nothing must not keep the server from stopping.
        let channel = context.channel
        channel.eventLoop.scheduleTask(in: .seconds(LDAPLimits.farewell)) {
            channel.close(promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isEnding else { return }
        var bytes = unwrapInboundIn(data)
        arrived.writeBuffer(&bytes)
        lastMoved = .now()
        process()
    }

    /// Whether bytes have come that were not read as a message yet.
    var hasUnread: Bool { arrived.readableBytes > 0 }

    /// Whether nothing else is under way.
    var isQuiet: Bool { running.isEmpty }

    /// Reads the messages that have arrived, as far as there is room for them.
    private func process() {
        while !isEnding, !isAlone, running.count < LDAPLimits.operations {
            let limit = caller == nil ? LDAPLimits.strangerBytes : LDAPLimits.callerBytes
            let head = arrived.getBytes(
                at: arrived.readerIndex,
                length: min(10, arrived.readableBytes)
            )
            switch LDAPFrame(head?[...] ?? [], limit: limit, available: arrived.readableBytes) {
            case .incomplete:
                if arrived.readableBytes == 0 { arrived.clear(minimumCapacity: 0) }
                setReading(true)
                return
            case .malformed(let reason):
                disconnect(LDAPResult(.protocolError, reason))
            case .tooLong:
                disconnect(LDAPResult(.protocolError, "a message has at most \(limit) bytes"))
            case .complete(let length):
                guard let bytes = arrived.readBytes(length: length) else { return }
                arrived.discardReadBytes()
                take(bytes)
            }
        }
        setReading(false)
    }

    private func take(_ bytes: [UInt8]) {
        do {
            let message = try LDAPMessage(bytes[...])
            guard running[message.id] == nil else {
                throw BERError("the number \(message.id) is that of an operation under way")
            }
            serve(message)
        } catch {
            disconnect(LDAPResult(.protocolError, (error as? BERError)?.reason ?? "malformed"))
        }
    }

    /// Lets an operation run beside the event loop.
    ///
    /// - Parameters:
    ///   - id: The client's number of it.
    ///   - isAlone: Whether nothing else may be read until it has ended.
    ///   - work: Does it, and sends its answers.
    func run(
        _ id: Int,
        isAlone: Bool = false,
        _ work: @escaping @Sendable (LDAPSender) async throws -> LDAPOutcome
    ) {
        guard let context else { return }
        let loop = context.eventLoop
        let this = NIOLoopBound(self, eventLoop: loop)
        let sender = LDAPSender(loop: loop, connection: this, id: id)
        if isAlone { self.isAlone = true }
        running[id] = Task {
            // If it can no longer be sent, nobody waits for it.
            let outcome = (try? await work(sender)) ?? .unchanged
            loop.execute { this.value.finish(id, outcome, wasAlone: isAlone) }
        }
    }

    private func finish(_ id: Int, _ outcome: LDAPOutcome, wasAlone: Bool) {
        running[id] = nil
        abandoned.remove(id)
        if case .bound(let identity) = outcome { caller = identity }
        if wasAlone { isAlone = false }
        lastMoved = .now()
        process()
    }

    /// Gives an operation up: nothing more of it is sent.
    ///
    /// - Returns: Whether there was one.
    @discardableResult
    func abandon(_ id: Int) -> Bool {
        guard let task = running[id] else { return false }
        abandoned.insert(id)
        task.cancel()
        return true
    }

    /// Gives all operations up.
    func abandonAll() {
        for id in running.keys { abandon(id) }
    }

    /// Sends bytes of an operation; what it gives back is done when there is room for more.
    func write(
        _ bytes: [UInt8],
        of id: Int,
        on loop: any EventLoop
    ) -> EventLoopFuture<Void> {
        guard let context, !isEnding, !abandoned.contains(id) else {
            return loop.makeFailedFuture(CancellationError())
        }
        send(bytes)
        guard !context.channel.isWritable else { return loop.makeSucceededVoidFuture() }
        let promise = loop.makePromise(of: Void.self)
        waiters.append(promise)
        if stall == nil {
            let this = NIOLoopBound(self, eventLoop: loop)
            stall = loop.scheduleTask(in: .seconds(LDAPLimits.stall)) {
                this.value.context?.close(promise: nil)
            }
        }
        return promise.futureResult
    }

    /// Sends bytes.
    func send(_ bytes: [UInt8]) {
        guard let context, !bytes.isEmpty else { return }
        operations.tally.note(bytes)
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            stall?.cancel()
            stall = nil
            let ready = waiters
            waiters = []
            for waiter in ready { waiter.succeed() }
        }
        context.fireChannelWritabilityChanged()
    }

    /// Says why, and ends the connection.
    func disconnect(_ result: LDAPResult) {
        guard let context, !isEnding else { return }
        isEnding = true
        abandonAll()
        let bytes = ByteBuffer(bytes: LDAPAnswers.disconnection(result))
        let this = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(bytes)).whenComplete { _ in
            this.value.close(promise: nil)
        }
    }

    private func end() {
        isEnding = true
        context = nil
        idle?.cancel()
        stall?.cancel()
        for task in running.values { task.cancel() }
        for waiter in waiters { waiter.fail(CancellationError()) }
        waiters = []
    }

    private func setReading(_ isReading: Bool) {
        guard let context, self.isReading != isReading else { return }
        self.isReading = isReading
        _ = context.channel.setOption(.autoRead, value: isReading)
    }

    /// Looks after a time whether something has moved meanwhile: one timer for as long as the connection lasts.
    private func watchIdle(for time: TimeAmount) {
        guard let context, !isEnding else { return }
        let this = NIOLoopBound(self, eventLoop: context.eventLoop)
        idle = context.eventLoop.scheduleTask(in: time) { this.value.noteIdle() }
    }

    private func noteIdle() {
        let bound = TimeAmount.seconds(
            caller == nil ? LDAPLimits.strangerIdle : LDAPLimits.callerIdle
        )
        let left = running.isEmpty ? lastMoved + bound - .now() : bound
        guard left <= .zero else {
            return watchIdle(for: min(left, .seconds(LDAPLimits.strangerIdle)))
        }
        disconnect(LDAPResult(.unavailable, "the connection was idle"))
    }
}
