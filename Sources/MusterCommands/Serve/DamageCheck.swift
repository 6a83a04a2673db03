import MusterCore
import MusterCrypto
import MusterSQLite

/// Looks for damage before a database is served.
struct DamageCheck {
    let paths: DataPaths

    /// Refuses a database that is damaged, is none, or has another schema than this program makes.
    ///
    /// Reads the whole file once.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`, saying what to do, or `store.too_new`.
    func refuseDamaged(_ key: MasterKey) throws(MusterError) {
        do throws(MusterError) {
            let database = try DatabaseInspection(
                path: paths.database,
                sealer: SodiumSealer(key),
                digester: SystemDigester(key)
            )
            if let damage = try database.damage(isQuick: true).first { throw refusal(damage) }
            if let difference = try database.schemaDifferences().first {
                throw refusal(difference)
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

    /// The most characters of what SQLite says: one sentence is to be read at a glance, and the check says it all.
    private static let reasonLimit = 80

    private func refusal(_ reason: String) -> MusterError {
        MusterError(
            .storeUnavailable,
            "The database in \(paths.folder) is damaged: \(reason.prefix(DamageCheck.reasonLimit)). Look at it with: "
                + "muster check --data-dir \(paths.folder). Then restore the last backup: muster restore --force"
        )
    }
}
