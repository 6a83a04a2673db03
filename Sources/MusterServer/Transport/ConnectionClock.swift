import NIOCore

/// Knows how long a connection's request has been arriving, and how long nothing has happened on it.
///
/// Belongs to one connection's event loop. One timer a connection looks now and then; setting one for each
/// request would cost more than the rest of the request's way through the pipeline.
final class ConnectionClock {
    private let arrivalLimit: TimeAmount
    private let idleLimit: TimeAmount
    private var arrivingSince: NIODeadline?
    private var lastUse = NIODeadline.now()
    private var owed = 0
    private var isBroken = false
    private var timer: Scheduled<Void>?

    /// Begins to look when ``start(_:)`` is called.
    ///
    /// - Parameters:
    ///   - arrival: How long head and body of a request may take to arrive.
    ///   - idle: How long the connection may wait for its next request.
    init(arrival: Duration, idle: Duration) {
        arrivalLimit = TimeAmount(arrival)
        idleLimit = TimeAmount(idle)
    }

    /// Whether no answer is owed, and nothing has come that was no request.
    var isQuiet: Bool { owed == 0 && !isBroken }

    /// Whether all requests but the last that has begun are answered.
    var isAtLastRequest: Bool { owed == 1 }

    /// Whether a request has begun to arrive and is not here yet.
    var isArriving: Bool { arrivingSince != nil }

    /// Begins to look after a connection.
    func start(_ context: ChannelHandlerContext) {
        lastUse = .now()
        look(in: min(arrivalLimit, idleLimit), context)
    }

    /// Notes that bytes have come; the first of a request start its time.
    func received() {
        guard arrivingSince == nil else { return }
        arrivingSince = .now()
    }

    /// Notes that a part of a long body has come: the time to the next one starts when it is asked for.
    func receivedPart() {
        arrivingSince = nil
    }

    /// Notes that an answer is owed.
    func began() {
        owed += 1
    }

    /// Notes that the whole request is here.
    func arrived() {
        lastUse = arrivingSince ?? .now()
        arrivingSince = nil
    }

    /// Notes that something has come that was no request.
    func broke() {
        isBroken = true
    }

    /// Notes that an answer has been given.
    func answered() {
        // What was no request at all is answered, too.
        owed = max(0, owed - 1)
        lastUse = .now()
    }

    /// Stops looking.
    func end() {
        timer?.cancel()
        timer = nil
    }

    private func look(in time: TimeAmount, _ context: ChannelHandlerContext) {
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: time) { [self] in
            timer = nil
            let rest = remaining
            if rest <= .zero {
                context.close(promise: nil)
            } else {
                look(in: min(rest, arrivalLimit, idleLimit), context)
            }
        }
    }

    private var remaining: TimeAmount {
        if let arrivingSince { return arrivingSince + arrivalLimit - .now() }
        return owed == 0 ? lastUse + idleLimit - .now() : idleLimit
    }
}
