import Synchronization

/// Counts questions whether a name and a password belong together that were answered with no, so that whoever
/// may ask gets only so many guesses a minute.
public final class QuestionThrottle: Sendable {
    /// The failures a minute for one name from one address.
    static let limitPerNameAndAddress = 10
    /// The failures a minute for everything that one caller asks.
    static let limitPerCaller = 100
    /// The most names and callers that are counted in one minute; beyond it all are refused until the next.
    static let limitTogether = 100_000

    private static let window = Duration.seconds(60)

    private enum Key: Hashable {
        case place(NameHash, IPAddress?)
        case caller(UserID)
    }

    private struct State {
        var start = Timestamp(rawValue: 0)
        var counts: [Key: Int] = [:]
    }

    private let state = Mutex(State())

    init() {}

    /// Takes a place for one question, before it is answered, so that questions at the same moment count as
    /// well; answers false when there is none left this minute.
    ///
    /// Where the user has been let in for that caller before, `isFamiliar`, what others make the caller ask closes
    /// nothing: strangers and users come to an application by the same door.
    func admits(
        name: NameHash,
        address: IPAddress?,
        caller: UserID,
        isFamiliar: Bool,
        at now: Timestamp
    ) -> Bool {
        let place = Key.place(name, address)
        let asker = Key.caller(caller)
        return state.withLock { state in
            if now.since(state.start) >= QuestionThrottle.window || now < state.start {
                state = State(start: now)
            }
            guard state.counts[place, default: 0] < QuestionThrottle.limitPerNameAndAddress,
                isFamiliar
                    || state.counts[asker, default: 0] < QuestionThrottle.limitPerCaller
                        && state.counts.count < QuestionThrottle.limitTogether
            else { return false }
            state.counts[place, default: 0] += 1
            state.counts[asker, default: 0] += 1
            return true
        }
    }

    /// Gives the place of a question back that was answered with yes.
    func release(name: NameHash, address: IPAddress?, caller: UserID) {
        state.withLock { state in
            for key in [Key.place(name, address), .caller(caller)] {
                state.counts[key] = max(0, state.counts[key, default: 0] - 1)
            }
        }
    }
}
