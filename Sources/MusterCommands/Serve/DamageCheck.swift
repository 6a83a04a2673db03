import MusterCore
import MusterCrypto
import MusterSQLite
import SystemCalls
import WorkerThreads

/// Looks for damage in a database that is served: before that, or beside it where reading all of it takes long.
struct DamageCheck: Sendable {
    let paths: DataPaths
    /// The largest database that is read before it is served, in bytes: that of some hundred users.
    ///
    /// No start takes longer for a larger one.
    var readAtOnce = 1_048_576

    /// Refuses a database that is none, has another schema than this program makes, or is damaged.
    ///
    /// Reads the whole file once, if that does not take long.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`, saying what to do, or `store.too_new`.
    func refuseDamaged(_ key: MasterKey) throws(MusterError) {
        do throws(MusterError) {
            let database = try inspection(key)
            if size <= readAtOnce, let damage = try database.damage().first {
                throw refusal(damage)
            }
            if let difference = try database.schemaDifferences().first {
                throw difference.removal.map { removal in refusal(difference.text, removal) }
                    ?? refusal(difference.text)
            }
        } catch {
            switch error.code {
            case .directoryMissing: throw refusal("it is no SQLite database")
            case .storeUnavailable where error.cause as? Trouble == .damage:
                throw refusal("SQLite cannot read it")
            default: throw error
            }
        }
    }

    /// Reads a database that was too large for it before, on a thread apart, and calls `note` if it is damaged.
    func lookLater(_ key: MasterKey, _ note: @escaping @Sendable () -> Void) {
        guard size > readAtOnce else { return }
        WorkerThread.startSurely("look for damage", .backups) {
            do throws(MusterError) {
                if try !inspection(key).damage().isEmpty { note() }
            } catch  where error.cause as? Trouble == .damage {
                note()
            } catch {
                // Whatever else keeps it from being read, requests meet as well.
                return
            }
        }
    }

    private var size: Int {
        FileStatus.of(paths.database).map { Int($0.st_size) } ?? 0
    }

    private func inspection(_ key: MasterKey) throws(MusterError) -> DatabaseInspection {
        try DatabaseInspection(
            path: paths.database,
            sealer: SodiumSealer(key),
            digester: SystemDigester(key)
        )
    }

    /// The most characters of what SQLite says: one sentence is to be read at a glance, and the check says it all.
    private static let reasonLimit = 80

    private func refusal(_ addition: String, _ removal: String) -> MusterError {
        MusterError(
            .storeUnavailable,
            "The database in \(paths.folder) has something added to it: \(addition.prefix(DamageCheck.reasonLimit)). "
                + "Remove it with SQLite: \(removal.prefix(DamageCheck.reasonLimit))"
        )
    }

    private func refusal(_ reason: String) -> MusterError {
        MusterError(
            .storeUnavailable,
            "The database in \(paths.folder) is damaged: \(reason.prefix(DamageCheck.reasonLimit)). See what muster check "
                + "says, then restore the last backup: muster restore --force --data-dir \(paths.folder) BACKUP"
        )
    }
}
