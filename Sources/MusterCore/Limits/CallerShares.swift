import Synchronization

/// A bounded number of places, of which one caller has a few only, and whoever has none gets one always: nobody keeps
/// anybody else out.
public final class CallerShares: Sendable {
    private let ofOneCaller: Int
    private let together: Int
    private let refusal: MusterError
    private let taken = Mutex<(all: Int, ofCaller: [UserID: Int])>((0, [:]))

    /// Shares out places.
    ///
    /// - Parameters:
    ///   - ofOneCaller: The most of one caller, from 1.
    ///   - together: How many there are before no caller gets more than its first.
    ///   - refusal: What a caller is told that has too many.
    public init(ofOneCaller: Int, together: Int, refusal: MusterError) {
        self.ofOneCaller = ofOneCaller
        self.together = together
        self.refusal = refusal
    }

    /// How many places are taken.
    public var count: Int { taken.withLock { $0.all } }

    /// Takes a place, or some at once, which are given back when nothing holds what is returned any more.
    ///
    /// - Parameters:
    ///   - caller: Who takes them.
    ///   - places: How many, from 1; whoever has none gets them, however many.
    /// - Returns: What holds them.
    /// - Throws: ``MusterError`` the refusal, where the caller has too many.
    public func take(_ caller: UserID, places: Int = 1) throws(MusterError) -> CallerShare {
        let isTaken = taken.withLock { taken in
            let own = taken.ofCaller[caller, default: 0]
            guard own == 0 || own + places <= ofOneCaller && taken.all + places <= together else {
                return false
            }
            taken.ofCaller[caller] = own + places
            taken.all += places
            return true
        }
        guard isTaken else { throw refusal }
        return CallerShare(of: caller, places, in: self)
    }

    fileprivate func giveBack(_ caller: UserID, _ places: Int) {
        taken.withLock { taken in
            let left = taken.ofCaller[caller, default: places] - places
            taken.ofCaller[caller] = left > 0 ? left : nil
            taken.all -= places
        }
    }
}

/// A place of a caller's, or some that were taken at once.
public final class CallerShare: Sendable {
    private let caller: UserID
    private let places: Int
    private let shares: CallerShares

    fileprivate init(of caller: UserID, _ places: Int, in shares: CallerShares) {
        self.caller = caller
        self.places = places
        self.shares = shares
    }

    deinit {
        shares.giveBack(caller, places)
    }
}
