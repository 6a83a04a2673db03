import Synchronization

/// Counts questions whether a name and a password belong together that were answered with no, so that whoever
/// may ask gets only so many guesses a minute.
public final class QuestionThrottle: Sendable {
    /// The failures a minute for one name from one address.
    static let limitPerNameAndAddress = 10
    /// The failures a minute for everything that one caller asks.
    static let limitPerCaller = 100
    /// The failures in a quarter of an hour for one name that one caller asks, wherever it says that the person
    /// sits; beyond it only networks from which the user has signed in before are answered.
    static let limitPerNameAndCaller = 20
    /// The most names and callers that are counted in one minute; beyond it all are refused until the next.
    static let limitTogether = 100_000

    private static let window = Duration.seconds(60)
    private static let longWindow = Duration.seconds(900)

    private enum Key: Hashable {
        case place(NameHash, IPAddress?)
        case caller(UserID)
    }

    private struct Pair: Hashable {
        let name: NameHash
        let caller: UserID
    }

    private struct State {
        var start = Timestamp(rawValue: 0)
        var counts: [Key: Int] = [:]
        var longStart = Timestamp(rawValue: 0)
        var pairs: [Pair: Int] = [:]
    }

    private let state = Mutex(State())

    init() {}

    /// Takes a place for one question, before it is answered, so that questions at the same moment count as
    /// well; answers false when there is none left.
    ///
    /// - Parameter isFamiliar: Whether the user has signed in from there before, by this caller's word.
    func admits(
        name: NameHash,
        address: IPAddress?,
        caller: UserID,
        isFamiliar: Bool,
        at now: Timestamp
    ) -> Bool {
        let place = Key.place(name, address)
        let asker = Key.caller(caller)
        let pair = Pair(name: name, caller: caller)
        return state.withLock { state in
            if now.since(state.start) >= QuestionThrottle.window || now < state.start {
                state.start = now
                state.counts = [:]
            }
            if now.since(state.longStart) >= QuestionThrottle.longWindow || now < state.longStart {
                state.longStart = now
                state.pairs = [:]
            }
            let isGuessing =
                state.pairs[pair, default: 0] >= QuestionThrottle.limitPerNameAndCaller
            guard isFamiliar || !isGuessing,
                state.pairs.count < QuestionThrottle.limitTogether
            else { return false }
            guard state.counts[place, default: 0] < QuestionThrottle.limitPerNameAndAddress,
                state.counts[asker, default: 0] < QuestionThrottle.limitPerCaller,
                state.counts.count < QuestionThrottle.limitTogether
            else { return false }
            state.counts[place, default: 0] += 1
            state.counts[asker, default: 0] += 1
            state.pairs[pair, default: 0] += 1
            return true
        }
    }

    /// Gives the place of a question back that was answered with yes.
    func release(name: NameHash, address: IPAddress?, caller: UserID) {
        state.withLock { state in
            for key in [Key.place(name, address), .caller(caller)] {
                state.counts[key] = max(0, state.counts[key, default: 0] - 1)
            }
            let pair = Pair(name: name, caller: caller)
            state.pairs[pair] = max(0, state.pairs[pair, default: 0] - 1)
        }
    }
}
