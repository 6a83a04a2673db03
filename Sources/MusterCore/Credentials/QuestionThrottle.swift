import Synchronization

/// Counts questions whether a name and a password belong together that were answered with no, so that whoever
/// may ask gets only so many guesses a minute.
///
/// The caller is trusted to ask, and strangers and users come to an application in the same way. So what one caller
/// asks never counts against what another asks, and whatever it is made to ask closes nothing for good: questions
/// from places where the user has not had a yes before wait longer and longer, as logins do (``LoginPace``).
public final class QuestionThrottle: Sendable {
    /// A question by a caller about a name, for a client at an address.
    struct Question: Sendable {
        let name: NameHash
        let address: IPAddress?
        let caller: UserID
        /// Whether the user has had a yes for that caller from there before.
        let isFamiliar: Bool
        /// Where the client is beside its address, which may have none: at which place of RADIUS.
        var station: LoginSource?

        fileprivate var place: Key { .place(name, address, station, caller) }
        fileprivate var asker: Key { .caller(caller) }
        fileprivate var asked: AskedNames.Key { AskedNames.Key(name: name, caller: caller) }
    }

    /// The failures a minute for one name from one address or place of RADIUS, to one caller.
    static let limitPerNameAndAddress = 10
    /// The failures a minute of one caller after which it waits where it is not familiar.
    static let freePerCaller = 100
    /// How many more make it wait a step longer.
    static let stepPerCaller = 20
    /// The failures about one name to one caller after which it waits where the user is not familiar: four times as
    /// many as close one network, so that a person who errs does not slow others.
    static let freePerName = 4 * LockoutRule.maximumFailures
    /// The most names and callers that are counted in one minute; beyond it all are refused until the next.
    static let limitTogether = 100_000

    /// The most of them that one caller's questions take, familiar ones apart.
    static let limitOfOneCaller = limitTogether / 10

    private static let window = Duration.seconds(60)

    fileprivate enum Key: Hashable {
        case place(NameHash, IPAddress?, LoginSource?, UserID)
        case caller(UserID)
    }

    private struct State {
        var start = Timestamp(rawValue: 0)
        var counts: [Key: Int] = [:]
        /// How many places of this minute are each caller's.
        var places: [UserID: Int] = [:]
        var names = AskedNames()

        mutating func giveBack(_ key: Key) {
            guard let count = counts[key] else { return }
            counts[key] = count > 1 ? count - 1 : nil
            guard count == 1, case .place(_, _, _, let caller) = key else { return }
            let left = places[caller, default: 0] - 1
            places[caller] = left > 0 ? left : nil
        }

        /// Whether there is room for another place of a caller.
        func hasRoom(for caller: UserID) -> Bool {
            counts.count < QuestionThrottle.limitTogether
                && places[caller, default: 0] < QuestionThrottle.limitOfOneCaller
        }
    }

    private let state = Mutex(State())

    init() {}

    /// How many names and callers are counted in this minute.
    var count: Int { state.withLock { $0.counts.count } }

    /// Takes a place for one question, before it is answered, so that questions at the same moment count as
    /// well: how long it waits before it is asked, nil when there is no place left this minute.
    func admit(_ question: Question, at now: Timestamp) -> Duration? {
        state.withLock { state in
            if now.since(state.start) >= QuestionThrottle.window || now < state.start {
                state.start = now
                state.counts = [:]
                state.places = [:]
            }
            let inPlace = state.counts[question.place, default: 0]
            guard inPlace < QuestionThrottle.limitPerNameAndAddress,
                question.isFamiliar || inPlace > 0 || state.hasRoom(for: question.caller)
            else { return nil }
            if inPlace == 0 { state.places[question.caller, default: 0] += 1 }
            let ofCaller = state.counts[question.asker, default: 0] + 1
            state.counts[question.place] = inPlace + 1
            state.counts[question.asker] = ofCaller
            guard !question.isFamiliar else { return .zero }
            let ofName = state.names.add(question.asked, at: now)
            let beyond = ofCaller - QuestionThrottle.freePerCaller
            return max(
                LoginPace.delay(step: ofName - QuestionThrottle.freePerName),
                LoginPace.delay(
                    step: (beyond + QuestionThrottle.stepPerCaller - 1)
                        / QuestionThrottle.stepPerCaller
                )
            )
        }
    }

    /// Gives the place of a question back that was answered with yes, or was not asked.
    func release(_ question: Question) {
        state.withLock { state in
            state.giveBack(question.place)
            state.giveBack(question.asker)
            if !question.isFamiliar { state.names.giveBack(question.asked) }
        }
    }
}
