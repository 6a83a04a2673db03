import Dispatch
import Logging
import MusterCore
import Synchronization

/// Tells of requests that were answered: counts them, and logs what was asked for and who was refused.
struct RequestObserver: Sendable {
    /// Counts; nil if nobody asks for metrics.
    let metrics: RequestMetrics?
    /// Where every request is a line; nil for nowhere.
    let accessLog: (any AccessLog)?
    /// Where it is told; nil for nowhere.
    ///
    /// Not the logger of the connection, which tells less: what the frameworks say at `info` is noise to operators.
    let logger: Logger?
    /// Whether requests are told of that were not refused, too.
    let tellsOfAll: Bool
    private let refusals = RefusalPace()

    init(metrics: RequestMetrics?, accessLog: (any AccessLog)?, logger: Logger?) {
        self.metrics = metrics
        self.accessLog = accessLog
        self.logger = logger
        // A logger's level is set once, and asked for here instead of at each request.
        let isDebugging = logger.map { $0.logLevel <= .debug } ?? false
        tellsOfAll = metrics != nil || accessLog != nil || isDebugging
    }

    /// The codes with which sign-ins are refused, for programs that guard against guessing.
    private static let signInRefusals: Set<MusterError.Code> = [
        .loginFailed, .credentialsInvalid, .codeInvalid,
    ]

    /// The moment from which a request's time is counted, in nanoseconds.
    static var now: UInt64 { DispatchTime.now().uptimeNanoseconds }

    /// Whether a refusal is one of somebody who wanted to sign in.
    static func isOfSignIn(_ code: MusterError.Code?) -> Bool {
        code.map(signInRefusals.contains) ?? false
    }

    /// Whether the caller's address will be asked for.
    func needsClient(_ refusal: MusterError.Code?) -> Bool {
        accessLog != nil || RequestObserver.isOfSignIn(refusal)
    }

    /// Tells of a request.
    func observe(_ request: ServedRequest) {
        metrics?.count(request)
        accessLog?.note(request)
        guard let logger else { return }
        if RequestObserver.isOfSignIn(request.refusal) {
            refusals.tell(
                of: request.client,
                route: request.route,
                reason: request.refusal,
                id: request.id,
                in: logger
            )
        }
        guard logger.logLevel <= .debug else { return }
        logger.debug(
            "request served",
            metadata: [
                "request.id": "\(request.id)",
                "http.method": "\(request.method)",
                "http.route": "\(request.route)",
                "http.status": "\(request.status)",
            ]
        )
    }
}

/// How many refusals are told one by one: a crowd that is refused must not fill the log.
final class RefusalPace: Sendable {
    /// The most sign-ins in a second.
    static let perSecond = 100

    private struct State {
        var second: UInt64 = 0
        var told = 0
        var untold = 0
    }

    private let state = Mutex(State())
    private let most: Int
    private let clock: @Sendable () -> UInt64

    /// Begins with none told.
    ///
    /// - Parameters:
    ///   - most: The most in a second.
    ///   - clock: Tells the time, in nanoseconds.
    init(
        most: Int = RefusalPace.perSecond,
        clock: @escaping @Sendable () -> UInt64 = { RequestObserver.now }
    ) {
        self.most = most
        self.clock = clock
    }

    /// Writes a line about a password that came without TLS, so that whoever set the client up knows: it has crossed the wire.
    func tellPlaintext(of client: IPAddress?, in logger: Logger) {
        guard logger.logLevel <= .warning, mayTell(in: logger) else { return }
        logger.warning(
            "a password came without TLS and was refused",
            metadata: ["client": "\(client?.description ?? "unknown")"]
        )
    }

    /// Writes a line about a sign-in that was refused, in the form that guards against guessing look for.
    ///
    /// - Parameters:
    ///   - client: Where it came from; nil if that is unknown.
    ///   - route: What was asked, without blanks.
    ///   - reason: The error's code.
    ///   - id: The request's number.
    ///   - logger: Where it is written, if that tells as much.
    func tell(
        of client: IPAddress?,
        route: String,
        reason: MusterError.Code?,
        id: String,
        in logger: Logger
    ) {
        guard logger.logLevel <= .info, mayTell(in: logger) else { return }
        logger.info(
            "sign-in refused",
            metadata: [
                "client": "\(client?.description ?? "unknown")", "http.route": "\(route)",
                "reason": "\(reason?.rawValue ?? "none")", "request.id": "\(id)",
            ]
        )
    }

    /// Counts a refusal, and says whether it is told; how many were not is told before.
    private func mayTell(in logger: Logger) -> Bool {
        let (isTold, untold) = take()
        if untold > 0 {
            logger.log(
                level: max(logger.logLevel, .info),
                "sign-ins refused beyond those told",
                metadata: ["count": "\(untold)"]
            )
        }
        return isTold
    }

    /// Counts a refusal of this moment.
    func take() -> (isTold: Bool, untold: Int) { take(clock()) }

    /// Counts a refusal.
    ///
    /// - Parameter now: The time, in nanoseconds.
    /// - Returns: Whether it is told, and how many of seconds before were not.
    func take(_ now: UInt64) -> (isTold: Bool, untold: Int) {
        state.withLock { state in
            let second = now / 1_000_000_000
            var untold = 0
            if second != state.second {
                untold = state.untold
                state = State(second: second)
            }
            guard state.told < most else {
                state.untold += 1
                return (false, 0)
            }
            state.told += 1
            return (true, untold)
        }
    }
}
