import Synchronization

/// A connection of LDAP on which somebody has bound: when its user was seen on it.
///
/// Operations follow each other for as long as it lasts, and nothing is presented with them; the user's inactivity timeout
/// holds between two of them as it does between two requests of a session.
public struct BoundConnection: Sendable {
    /// When an operation was last admitted.
    private final class LastUse: Sendable {
        let moment: Mutex<Timestamp>
        /// Whether what was bound with was no longer good since.
        let isLost = Atomic(false)

        init(_ moment: Timestamp) {
            self.moment = Mutex(moment)
        }
    }

    private let lastUse: LastUse
    /// For how long nobody was seen when the operation under way was asked for.
    private var idle = Duration.zero

    init(at now: Timestamp) {
        lastUse = LastUse(now)
    }

    /// Notes that an operation is asked for at a moment.
    fileprivate mutating func ask(at now: Timestamp) {
        idle = now.since(lastUse.moment.withLock(\.self))
    }

    /// Notes that an operation is admitted, or is still under way.
    func noteUse(at now: Timestamp) {
        lastUse.moment.withLock { $0 = now }
        lastUse.isLost.store(false, ordering: .relaxed)
    }

    /// Notes that what was bound with is no longer good.
    func noteLoss() {
        lastUse.isLost.store(true, ordering: .relaxed)
    }

    /// Whether what was bound with was no longer good when it was asked about last.
    fileprivate var isLost: Bool { lastUse.isLost.load(ordering: .relaxed) }

    /// Whether nobody had been seen for longer than a timeout; zero means never.
    func isIdle(longerThan timeout: Duration) -> Bool {
        timeout > .zero && idle > timeout
    }
}

extension Principal {
    /// Whether what it has bound with was no longer good when it was asked about last: whoever goes on all the same is a
    /// stranger to others.
    public var isLost: Bool { connection?.isLost ?? false }

    /// Who has bound, as it asks for another operation on its connection at a moment.
    public func asking(at now: Timestamp) -> Principal {
        var asking = self
        asking.connection?.ask(at: now)
        return asking
    }
}

extension DirectoryAccess {
    /// Whether a user may not bind with the password alone: since there is a second factor, or has to be one.
    ///
    /// Asked when it binds, and again for all that it does on its connection.
    func isBarredFromBinding(_ user: User, hasSecondFactor: Bool) -> Bool {
        rules.bindSecondFactor == .refuse && (user.mustHaveFactor || hasSecondFactor)
    }
}
