import NIOCore

/// Knows how long a connection's request has been arriving, how long its peer has taken nothing of an answer, by when an
/// answer has to be over, and how long nothing has happened on it.
///
/// Belongs to one connection's event loop. One timer a connection looks now and then; setting one for each
/// request or each write would cost more than the rest of the request's way through the pipeline.
final class ConnectionClock {
    private let arrivalLimit: TimeAmount
    private let stallLimit: TimeAmount
    private let idleLimit: TimeAmount
    private var loop: (any EventLoop)?
    private var arrivingSince: NIODeadline?
    /// Whether the bytes that came last were a request's first.
    private var isFresh = false
    /// What was waited for a part of a long body before the parts that did not count.
    private var waited = TimeAmount.zero
    private var lastUse = NIODeadline.now()
    private var sent = 0
    /// Since when the peer has taken nothing, and how much it had taken then; nil while nothing waits for it.
    private var stall: (since: NIODeadline, taken: Int)?
    /// When the present answer has to be over; nil if it may take any time.
    private var answerEnd: NIODeadline?
    private var owed = 0
    private var isBroken = false
    private var timer: Scheduled<Void>?

    /// Begins to look when ``start(_:)`` is called.
    ///
    /// - Parameters:
    ///   - arrival: How long head and body of a request may take to arrive.
    ///   - stall: How long an answer may wait for a peer that takes nothing of it.
    ///   - idle: How long the connection may wait for its next request.
    init(arrival: Duration, stall: Duration, idle: Duration) {
        arrivalLimit = TimeAmount(arrival)
        stallLimit = TimeAmount(stall)
        idleLimit = TimeAmount(idle)
    }

    /// The connection's place among all, which is told whether somebody is being served on it.
    var place: ConnectionPlace?

    /// Whether the connection's caller is known: the last judgement holds until the next request is judged.
    var standing: ConnectionStanding?

    /// Whether no answer is owed, nothing is held back, and nothing has come that was no request.
    var isQuiet: Bool { owed == 0 && !isHolding && !isBroken }

    /// Whether an answer is owed.
    var owesAnswer: Bool { owed > 0 }

    /// Whether all requests but the last that has begun are answered.
    var isAtLastRequest: Bool { owed == 1 }

    /// Whether a request has begun to arrive and is not here yet.
    var isArriving: Bool { arrivingSince != nil }

    /// When the bytes were read that came last, which takes no look at the clock where they were a request's first.
    ///
    /// Over TLS the first ones are those of the handshake, which a crowd of strangers may hold up for long.
    var latestRead: NIODeadline { isFresh ? arrivingSince ?? now : now }

    /// Whether bytes are held back until an answer is given; their time starts when they are let go.
    var isHolding = false {
        didSet { if oldValue, !isHolding, arrivingSince != nil { arrivingSince = now } }
    }

    /// Begins to look after a connection.
    func start(_ context: ChannelHandlerContext) {
        loop = context.eventLoop
        lastUse = now
        look(in: min(arrivalLimit, stallLimit, idleLimit), context)
    }

    /// Notes that bytes have come, or are waited for; the first of a request start its time.
    func received() {
        isFresh = arrivingSince == nil
        if isFresh { arrivingSince = now - waited }
    }

    /// Notes that a part of a long body has come: the time to the next one starts when it is asked for.
    ///
    /// - Parameter counts: Whether it brought the body forward; otherwise the time that was waited for it counts on.
    func receivedPart(counts: Bool) {
        if counts {
            waited = .zero
        } else if let arrivingSince {
            waited = now - arrivingSince
        }
        arrivingSince = nil
    }

    /// Notes that an answer is owed.
    func began() {
        owed += 1
        tellPlace()
    }

    /// Notes that the credentials of the last request have shown another caller than those before.
    func judged() {
        tellPlace()
    }

    /// Notes that the whole request is here.
    func arrived() {
        lastUse = arrivingSince ?? now
        arrivingSince = nil
        waited = .zero
        tellPlace()
    }

    /// Records that something came that is not a request.
    func broke() {
        isBroken = true
    }

    /// Notes that the answer that is owed has to be over in time.
    func limitAnswer(_ limit: AnswerLimit) {
        if owed > 0 { answerEnd = now + TimeAmount(limit.time) }
    }

    /// Notes that an answer has been given.
    func answered() {
        answerEnd = nil
        // What was no request at all is answered, too.
        owed = max(0, owed - 1)
        lastUse = now
        tellPlace()
    }

    /// Notes that bytes are on their way out.
    func sending(_ count: Int) {
        sent &+= count
    }

    /// Notes how many of the bytes on their way out the peer has not taken yet.
    func notePending(_ count: Int) {
        let taken = sent &- count
        if count == 0 {
            stall = nil
        } else if stall?.taken != taken {
            stall = (now, taken)
            // Whoever reads is not idle.
            lastUse = now
        }
    }

    /// Stops looking.
    func end() {
        timer?.cancel()
        timer = nil
    }

    private func tellPlace() {
        place?.isServed = owed > 0 && (!isArriving || standing?.isKnown ?? false)
    }

    private var now: NIODeadline { loop?.now ?? .now() }

    private func look(in time: TimeAmount, _ context: ChannelHandlerContext) {
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: time) { [self] in
            timer = nil
            notePending(context.pendingBytes)
            let rest = remaining
            if rest <= .zero {
                context.close(promise: nil)
            } else {
                look(in: min(rest, arrivalLimit, stallLimit, idleLimit), context)
            }
        }
    }

    private var remaining: TimeAmount {
        min(
            untilArrived,
            stall.map { $0.since + stallLimit - now } ?? idleLimit,
            answerEnd.map { $0 - now } ?? idleLimit
        )
    }

    private var untilArrived: TimeAmount {
        guard !isHolding || owed == 0 else { return idleLimit }
        if let arrivingSince { return arrivingSince + arrivalLimit - now }
        return owed == 0 ? lastUse + idleLimit - now : idleLimit
    }
}

extension ChannelHandlerContext {
    /// How many bytes wait to be taken by the system, and with it by the peer.
    var pendingBytes: Int {
        (try? channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    }
}
