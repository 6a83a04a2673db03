import MusterCore
import Synchronization

/// How many long answers of each caller wait for a reader at a time.
///
/// Each holds the memory of a batch or two, up to some MiB, for as long as its reader lets it: without a bound whoever
/// may list users, or its own sessions, would fill the memory with connections from which it reads nothing. One caller
/// gets a part of the places only, and whoever has none gets one always.
final class ListShares: Sendable {
    /// The one for all lists.
    static let shared = ListShares()

    /// The longest answer that takes no place, in bytes.
    static let free = 65_536

    private let ofOneCaller: Int
    private let together: Int
    private let taken = Mutex<(all: Int, ofCaller: [UserID: Int])>((0, [:]))

    /// Places for so many, of which one caller has at most `ofOneCaller`.
    init(ofOneCaller: Int = 64, together: Int = 512) {
        self.ofOneCaller = ofOneCaller
        self.together = together
    }

    /// How many places are taken.
    var count: Int { taken.withLock { $0.all } }

    /// Takes a place, which is given back when nothing holds what is returned any more.
    ///
    /// - Throws: ``MusterError`` with code `server.overloaded` where the caller has too many.
    func take(_ caller: UserID) throws(MusterError) -> ListShare {
        let isTaken = taken.withLock { taken in
            let own = taken.ofCaller[caller, default: 0]
            guard own == 0 || own < ofOneCaller && taken.all < together else { return false }
            taken.ofCaller[caller] = own + 1
            taken.all += 1
            return true
        }
        guard isTaken else {
            throw .overloaded(
                "Too many long answers are on their way to you. Read them, or ask for fewer at a time.",
                retryAfter: 2,
                for: .lists
            )
        }
        return ListShare(of: caller, in: self)
    }

    fileprivate func giveBack(_ caller: UserID) {
        taken.withLock { taken in
            let left = taken.ofCaller[caller, default: 1] - 1
            taken.ofCaller[caller] = left > 0 ? left : nil
            taken.all -= 1
        }
    }
}

/// A place of a long answer.
final class ListShare: Sendable {
    private let caller: UserID
    private let shares: ListShares

    fileprivate init(of caller: UserID, in shares: ListShares) {
        self.caller = caller
        self.shares = shares
    }

    deinit {
        shares.giveBack(caller)
    }
}
