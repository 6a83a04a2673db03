import Synchronization
import TextBytes

/// What users were not told of at once, because they were told often enough of the same or its doer had done much, until
/// they are told of it together.
///
/// It is in memory alone. That something was held back stands in the audit log within a minute, whatever becomes of the
/// server.
final class HeldNotices: Sendable {
    /// How long after the first of them they are told together.
    static let wait = Duration.seconds(3600)
    /// How many users are told in one sweep, of which there is one a minute.
    static let atOnce = 10
    /// The most users and addresses of which it is remembered.
    static let limit = 10_000

    private struct Key: Hashable {
        let user: UserID
        let recipient: ByteText

        init(_ user: User) {
            self.user = user.id
            recipient = ByteText(user.displayEmail)
        }
    }

    /// What was held back of one user.
    struct Held: Sendable {
        let user: User
        let since: Timestamp
        /// How many of which kind.
        var counts: [Notice.Purpose: Int] = [:]
        /// Whether the audit log says so.
        var isRecorded = false

        /// What is told of it.
        func notice(at now: Timestamp) -> Notice {
            let lines = Notice.Purpose.allCases.compactMap { purpose in
                counts[purpose].map { "\(purpose.subject) (\($0 == 1 ? "once" : "\($0) times"))." }
            }
            return Notice(
                purpose: .several,
                recipient: user.displayEmail,
                party: AuditParty(user),
                text:
                    "Since \(since.text) there were changes of which you were not told one by one:\n"
                    + lines.joined(separator: "\n"),
                at: now
            )
        }
    }

    private struct State {
        var held: [Key: Held] = [:]
        /// How many changes there was no room for.
        var lost = 0
    }

    private let state = Mutex(State())

    /// Notes a change that was not told.
    func note(_ change: AccountChange, at now: Timestamp) {
        let user = change.before
        let key = Key(user)
        state.withLock { state in
            guard state.held[key] != nil || state.held.count < HeldNotices.limit else {
                state.lost += 1
                return
            }
            var held = state.held[key] ?? Held(user: user, since: now)
            for purpose in Set(change.news.map(\.purpose)) {
                held.counts[purpose, default: 0] += 1
            }
            state.held[key] = held
        }
    }

    /// Those of which the audit log says nothing yet, and how many changes there was no room for; they count as recorded until
    /// they are given back.
    func takeUnrecorded(most: Int) -> (held: [Held], lost: Int) {
        state.withLock { state in
            defer { state.lost = 0 }
            let keys = state.held.filter { !$0.value.isRecorded }.keys.prefix(most)
            let held = keys.compactMap { state.held[$0] }
            for key in keys { state.held[key]?.isRecorded = true }
            return (held, state.lost)
        }
    }

    /// Takes back that the audit log says so, since it could not be written: it is told so with the next sweep.
    func giveBack(unrecorded held: [Held], lost: Int) {
        state.withLock { state in
            for one in held { state.held[Key(one.user)]?.isRecorded = false }
            state.lost += lost
        }
    }

    /// Takes those that are told now, the oldest first; with `all` also those that would wait.
    func takeDue(at now: Timestamp, all: Bool) -> [Held] {
        state.withLock { state in
            let due = state.held.filter { _, held in
                all || held.since.isFuture(at: now) || now.since(held.since) >= HeldNotices.wait
            }
            let oldest = due.sorted { $0.value.since < $1.value.since }
            let taken = all ? oldest[...] : oldest.prefix(HeldNotices.atOnce)
            for (key, _) in taken { state.held[key] = nil }
            return taken.map(\.value)
        }
    }

    /// Puts back what could not be handed over.
    func giveBack(_ held: Held) {
        let key = Key(held.user)
        state.withLock { state in
            var present = held
            for (purpose, count) in state.held[key]?.counts ?? [:] {
                present.counts[purpose, default: 0] += count
            }
            state.held[key] = present
        }
    }
}
