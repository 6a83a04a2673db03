import Synchronization

/// How many imports of one caller keep what has arrived at a time, so that one that lets its imports stand still
/// keeps nobody else from importing.
final class ImportShares: Sendable {
    /// The most of one caller: a quarter of the places that a store has.
    static let ofOneCaller = 4

    private let taken = Mutex<[UserID: Int]>([:])

    /// Takes one.
    ///
    /// - Throws: ``MusterError`` with code `server.overloaded` where the caller has too many.
    func take(_ caller: UserID) throws(MusterError) {
        let isTaken = taken.withLock { taken in
            guard taken[caller, default: 0] < ImportShares.ofOneCaller else { return false }
            taken[caller, default: 0] += 1
            return true
        }
        guard isTaken else {
            throw .overloaded(
                "Too many imports of yours are under way.",
                retryAfter: 10,
                for: .imports
            )
        }
    }

    /// Gives one back.
    func giveBack(_ caller: UserID) {
        taken.withLock { taken in
            let left = taken[caller, default: 1] - 1
            taken[caller] = left > 0 ? left : nil
        }
    }
}

/// A spool of the store, and its caller's share, given back when nothing holds it any more.
final class SharedSpool: ImportSpool {
    private let spool: any ImportSpool
    private let shares: ImportShares
    private let caller: UserID

    /// Takes a share and makes a spool.
    init(of caller: UserID, in directory: Directory) throws(MusterError) {
        try directory.importShares.take(caller)
        do throws(MusterError) {
            spool = try directory.store.makeImportSpool()
        } catch {
            directory.importShares.giveBack(caller)
            throw error
        }
        shares = directory.importShares
        self.caller = caller
    }

    deinit {
        shares.giveBack(caller)
    }

    func append(_ piece: [UInt8]) throws(MusterError) { try spool.append(piece) }

    func next() throws(MusterError) -> [UInt8]? { try spool.next() }
}
