import MusterCore
import Synchronization

/// The places of backups that are being made, or are on their way to a browser.
///
/// Each is a copy of the whole directory on the disk, in a file without a name that lasts as long as its reader. So there
/// are few for all callers together, unlike other places (``CallerShares``): whoever has none need not get one.
final class BackupPlaces: Sendable {
    /// How many there are for all callers together; each has one of them at most.
    static let most = 4

    private let holders = Mutex<Set<UserID>>([])

    /// Takes a place, which is given back when nothing holds what is returned any more.
    ///
    /// - Throws: ``MusterError`` with code `server.overloaded`.
    func take(_ caller: UserID) throws(MusterError) -> BackupPlace {
        try holders.withLock { holders throws(MusterError) in
            guard !holders.contains(caller) else {
                throw .overloaded(
                    "A backup is on its way to you already. Let it come to its end, or stop it, and ask again.",
                    retryAfter: 10,
                    for: .lists
                )
            }
            guard holders.count < BackupPlaces.most else {
                throw .overloaded(
                    "\(BackupPlaces.most) backups are being taken just now. Ask again when one of them has come to its end.",
                    retryAfter: 10,
                    for: .lists
                )
            }
            holders.insert(caller)
        }
        return BackupPlace(of: caller, in: self)
    }

    fileprivate func giveBack(_ caller: UserID) {
        holders.withLock { _ = $0.remove(caller) }
    }
}

/// The place of one backup.
final class BackupPlace: Sendable {
    private let holder: UserID
    private let places: BackupPlaces

    fileprivate init(of holder: UserID, in places: BackupPlaces) {
        self.holder = holder
        self.places = places
    }

    deinit {
        places.giveBack(holder)
    }
}
