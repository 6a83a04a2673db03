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
    var caller: Principal? {
        didSet { judge() }
    }
    /// The connection's first handler, before TLS.
    let edge: LDAPEdge
    var context: ChannelHandlerContext?
    private var running: [Int: (tag: LDAPAnswerTag, task: Task<Void, Never>, bytes: Int)] = [:]
    private var abandoned: Set<Int> = []
    /// Whether an operation is under way beside which there may be no other.
    private var isAlone = false
    private var isEnding = false
    private var arrived = ByteBuffer()
    /// What messages take of the budget of everything that is arriving.
    private var room: LDAPRoom
    /// How many bytes the message has that is being served.
    private var servedBytes = 0
    private var waiters: [EventLoopPromise<Void>] = []
    private var idle: Scheduled<Void>?
    private var lastMoved = NIODeadline.uptimeNanoseconds(0)
    /// When bytes have last come, or could come again.
    private var lastArrived = NIODeadline.uptimeNanoseconds(0)
    private var isReading = true
    /// Whether messages are being served, further up on the stack.
    private var isServing = false
    /// How many bytes of answers were made in this turn.
    private var answeredBytes = 0
    /// Whether what has come is gone on with in another turn.
    private var isCut = false
    /// Whether there is room for answers.
    private var hasRoom = true
    /// A message under the number of an operation that was given up and has not ended yet.
    private var held: (message: LDAPMessage, bytes: Int)?
    /// Ends a connection whose client reads nothing.
    private var stall: Scheduled<Void>?

    init(
        _ operations: LDAPOperations,
        address: IPAddress?,
        tls: CertificateKeeper?,
        isSecure: Bool,
        budget: ArrivalBudget,
        pace: StrangersPace? = nil,
        refusals: RefusalPace,
        logger: Logger
    ) {
        room = LDAPRoom(of: budget)
        edge = LDAPEdge(pace, from: address)
        self.operations = operations
        self.address = address
        self.tls = tls
        self.isSecure = isSecure
        self.refusals = refusals
        self.logger = logger
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        lastMoved = context.eventLoop.now
        watchIdle(for: .seconds(LDAPLimits.strangerIdle))
        do {
            try context.pipeline.syncOperations.addHandler(edge, position: .first)
        } catch {
            context.close(promise: nil)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isEnding else { return }
        var bytes = unwrapInboundIn(data)
        arrived.writeBuffer(&bytes)
        lastMoved = context.eventLoop.now
        lastArrived = lastMoved
        process()
    }

    /// Whether bytes have come that were not read as a message yet.
    var hasUnread: Bool { arrived.readableBytes > 0 }

    /// Whether nothing else is under way.
    var isQuiet: Bool { running.isEmpty }

    /// Takes room and is read from as who has bound, or as a stranger if nobody has, or with what is no longer good.
    private func judge() {
        room.begin(as: knownCaller?.user.id)
        edge.isKnown = knownCaller != nil
    }

    /// Whether another message may be read: the operations of a client are bounded, and so is what it leaves unread.
    private var mayServe: Bool {
        !isEnding && !isAlone && held == nil && hasRoom && running.count < LDAPLimits.operations
    }

    /// Serves the messages that have arrived, as far as there is room for them and for what they are answered.
    private func process() {
        // An answer that leaves at once tells of its room before the message that it is for is done with.
        guard !isServing, !isCut else { return }
        isServing = true
        edge.noteCall()
        edge.measure { isCut = serveSome() && hasUnread && !isEnding }
        isServing = false
        compact()
        if caller?.isLost == edge.isKnown { judge() }
        if isCut { edge.later { self.goOn() } }
        setReading(mayServe && !isCut)
        settle()
    }

    /// Serves messages until there is no other, or it is the turn of others.
    ///
    /// - Returns: Whether others have their turn now.
    private func serveSome() -> Bool {
        guard let loop = context?.eventLoop else { return false }
        answeredBytes = 0
        var messages = 0
        let end = loop.now + LoopTurns.share
        while mayServe {
            // What is answered with next to nothing takes time as well.
            guard messages < LDAPLimits.turnMessages, answeredBytes < LDAPLimits.turnBytes,
                loop.now < end
            else { return true }
            guard serveNext() else { return false }
            messages += 1
        }
        return false
    }

    private func goOn() {
        isCut = false
        guard let context, !isEnding else { return }
        lastMoved = context.eventLoop.now
        process()
    }

    /// Gives back what messages that were served have left in the buffer.
    ///
    /// What is left is moved where it is less than what was read, so that of each byte that comes one is moved at most.
    private func compact() {
        if arrived.readableBytes == 0 {
            arrived.clear(minimumCapacity: 0)
        } else if arrived.readerIndex > arrived.readableBytes {
            arrived.discardReadBytes()
            // A long message leaves no long buffer to the beginning of the next one.
            if arrived.capacity / 4 > max(arrived.readableBytes, LDAPRoom.free) {
                arrived = ByteBuffer(bytes: arrived.readableBytesView)
            }
        }
    }

    /// Takes room for what has come and is not done with, or ends the connection if there is none.
    private func settle() {
        guard !isEnding else { return }
        let underWay = running.values.reduce(held?.bytes ?? 0) { $0 + $1.bytes }
        guard !room.settle(at: arrived.readableBytes + underWay) else { return }
        operations.troubles.note(.arrivals)
        disconnect(LDAPResult(.busy, "more is arriving than there is room for: try again"))
    }

    /// Serves one message.
    ///
    /// - Returns: Whether it was there.
    private func serveNext() -> Bool {
        let limit = knownCaller == nil ? LDAPLimits.strangerBytes : LDAPLimits.callerBytes
        let head = arrived.getBytes(
            at: arrived.readerIndex,
            length: min(10, arrived.readableBytes)
        )
        switch LDAPFrame(head?[...] ?? [], limit: limit, available: arrived.readableBytes) {
        case .incomplete:
            return false
        case .malformed(let reason):
            disconnect(LDAPResult(.protocolError, reason))
        case .tooLong:
            disconnect(LDAPResult(.protocolError, "a message has at most \(limit) bytes"))
        case .complete(let length):
            guard let bytes = arrived.readBytes(length: length) else { return false }
            servedBytes = bytes.count
            take(bytes)
        }
        return true
    }

    private func take(_ bytes: [UInt8]) {
        do {
            let message = try LDAPMessage(bytes[...])
            guard running[message.id] == nil else {
                guard abandoned.contains(message.id) else {
                    throw BERError("the number \(message.id) is that of an operation under way")
                }
                held = (message, bytes.count)
                return
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
    ///   - tag: What its answer is told by.
    ///   - isAlone: Whether nothing else may be read until it has ended.
    ///   - isChange: Whether it is a change, with values of attributes.
    ///   - work: Does it, sends what is no last answer, and gives that back.
    func run(
        _ id: Int,
        _ tag: LDAPAnswerTag,
        isAlone: Bool = false,
        isChange: Bool = false,
        _ work: @escaping @Sendable (LDAPSender) async throws -> LDAPEnd
    ) {
        guard let context else { return }
        let loop = context.eventLoop
        let this = NIOLoopBound(self, eventLoop: loop)
        let sender = LDAPSender(loop: loop, connection: this, id: id)
        if isAlone { self.isAlone = true }
        let (lane, store) = (lane, operations.store)
        let task = Task(executorPreference: threads(for: servedBytes, isChange: isChange)) {
            // If it can no longer be sent, nobody waits for it.
            let end =
                (try? await store.inLane(lane) { try await work(sender) }) ?? LDAPEnd(bytes: [])
            loop.execute { this.value.finish(id, end, wasAlone: isAlone) }
        }
        running[id] = (tag, task, servedBytes)
    }

    private func finish(_ id: Int, _ end: LDAPEnd, wasAlone: Bool) {
        running[id] = nil
        let isAwaited = abandoned.remove(id) == nil && !isEnding
        if case .bound(let identity) = end.outcome { caller = identity }
        if wasAlone { isAlone = false }
        if isAwaited { send(end.bytes) }
        if let context { lastMoved = context.eventLoop.now }
        if !isEnding, let (message, bytes) = held, running[message.id] == nil {
            held = nil
            servedBytes = bytes
            serve(message)
        }
        process()
    }

    /// Gives an operation up: nothing more of it is sent.
    ///
    /// - Returns: What its answer would have been told by; nil if there is none that anybody waits for.
    @discardableResult
    func abandon(_ id: Int) -> LDAPAnswerTag? {
        guard let (tag, task, _) = running[id], abandoned.insert(id).inserted else { return nil }
        task.cancel()
        return tag
    }

    /// Gives all operations up.
    func abandonAll() {
        for id in running.keys { abandon(id) }
    }

    /// Sends entries of an operation, without its result; what it gives back is done when there is room for more.
    func write(
        _ bytes: [UInt8],
        of id: Int,
        on loop: any EventLoop
    ) -> EventLoopFuture<Void> {
        guard context != nil, !isEnding, !abandoned.contains(id) else {
            return loop.makeFailedFuture(CancellationError())
        }
        send(bytes, hasResult: false)
        guard !hasRoom else { return loop.makeSucceededVoidFuture() }
        let promise = loop.makePromise(of: Void.self)
        waiters.append(promise)
        return promise.futureResult
    }

    /// Sends bytes; a result among them is counted.
    func send(_ bytes: [UInt8], hasResult: Bool = true) {
        guard let context, !bytes.isEmpty else { return }
        if hasResult { operations.tally.note(bytes) }
        answeredBytes += bytes.count
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        hasRoom = context.channel.isWritable
        if !isEnding {
            stall?.cancel()
            stall = hasRoom ? nil : ending(in: LDAPLimits.stall, context)
        }
        if hasRoom {
            let ready = waiters
            waiters = []
            for waiter in ready { waiter.succeed() }
            process()
        }
        context.fireChannelWritabilityChanged()
    }

    /// Says why, and ends the connection.
    func disconnect(_ result: LDAPResult) {
        guard let context, !isEnding else { return }
        isEnding = true
        arrived = ByteBuffer()
        room.giveBack()
        abandonAll()
        // Whoever reads nothing does not read this, either.
        stall?.cancel()
        stall = ending(in: LDAPLimits.farewell, context)
        let bytes = ByteBuffer(bytes: LDAPAnswers.disconnection(result))
        let this = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(bytes)).whenComplete { _ in
            this.value.close(promise: nil)
        }
    }

    /// Ends the connection after some seconds.
    private func ending(in seconds: Int64, _ context: ChannelHandlerContext) -> Scheduled<Void> {
        let this = NIOLoopBound(context, eventLoop: context.eventLoop)
        return context.eventLoop.scheduleTask(in: .seconds(seconds)) {
            this.value.close(promise: nil)
        }
    }

    private func end() {
        isEnding = true
        context = nil
        held = nil
        arrived = ByteBuffer()
        room.giveBack()
        idle?.cancel()
        stall?.cancel()
        for operation in running.values { operation.task.cancel() }
        for waiter in waiters { waiter.fail(CancellationError()) }
        waiters = []
    }

    private func setReading(_ isReading: Bool) {
        guard let context, self.isReading != isReading else { return }
        self.isReading = isReading
        // Whoever was not read could not go on.
        if isReading { lastArrived = context.eventLoop.now }
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
            knownCaller == nil ? LDAPLimits.strangerIdle : LDAPLimits.callerIdle
        )
        guard let now = context?.eventLoop.now else { return }
        let tick = TimeAmount.seconds(LDAPLimits.strangerIdle)
        if hasUnread, isReading {
            let left = lastArrived + .seconds(LDAPLimits.rest) - now
            guard left <= .zero else { return watchIdle(for: min(left, tick)) }
            return disconnect(LDAPResult(.unavailable, "the rest of a message did not come"))
        }
        let left = running.isEmpty ? lastMoved + bound - now : bound
        guard left <= .zero else { return watchIdle(for: min(left, tick)) }
        disconnect(LDAPResult(.unavailable, "the connection was idle"))
    }
}
