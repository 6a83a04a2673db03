import Synchronization

/// How many imports are under way at a time, of whatever kind: each holds lines in memory and has a batch in the writer.
///
/// One caller has a few. Whoever has none gets one always, so that nobody keeps anybody else from importing.
final class ImportShares: Sendable {
    /// The most of one caller: a quarter of all.
    static let ofOneCaller = 4
    /// How many there are together before no caller gets more than its first.
    static let together = 16

    private let taken = Mutex<(all: Int, ofCaller: [UserID: Int])>((0, [:]))

    /// Takes one, which is given back when nothing holds what is returned any more.
    ///
    /// - Throws: ``MusterError`` with code `server.overloaded` where the caller has too many.
    func take(_ caller: UserID) throws(MusterError) -> ImportShare {
        let isTaken = taken.withLock { taken in
            let own = taken.ofCaller[caller, default: 0]
            let mayHaveMore = own < ImportShares.ofOneCaller && taken.all < ImportShares.together
            guard own == 0 || mayHaveMore else { return false }
            taken.ofCaller[caller] = own + 1
            taken.all += 1
            return true
        }
        guard isTaken else {
            throw .overloaded(
                "Too many imports of yours are under way.",
                retryAfter: 10,
                for: .imports
            )
        }
        return ImportShare(of: caller, in: self)
    }

    fileprivate func giveBack(_ caller: UserID) {
        taken.withLock { taken in
            let left = taken.ofCaller[caller, default: 1] - 1
            taken.ofCaller[caller] = left > 0 ? left : nil
            taken.all -= 1
        }
    }
}

/// That one import of a caller is under way.
final class ImportShare: Sendable {
    private let caller: UserID
    private let shares: ImportShares

    fileprivate init(of caller: UserID, in shares: ImportShares) {
        self.caller = caller
        self.shares = shares
    }

    deinit {
        shares.giveBack(caller)
    }
}
