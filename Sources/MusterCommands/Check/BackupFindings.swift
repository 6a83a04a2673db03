import MusterCore
import MusterSQLite

/// What is broken in a backup.
struct BackupFindings {
    /// The backup.
    let file: String

    /// Everything that was found.
    ///
    /// - Throws: ``CommandError`` if there is no such file.
    func all() throws -> [Finding] {
        do {
            let source = try BackupSource(file)
            let summary = source.summary
            let users = Count.text(Int64(summary.users), "user")
            guard source.isSealed else {
                return [
                    Finding(
                        .warning,
                        .backup,
                        "\(file) is intact as far as SQLite can tell, schema \(summary.schema), \(users). "
                            + BackupSource.unsealed
                    )
                ]
            }
            return [
                Finding(
                    .ok,
                    .backup,
                    "\(file) is what was written, schema \(summary.schema), \(users)."
                )
            ]
        } catch let error as CommandError where error.status == .badInput {
            return [Finding(.error, .backup, error.message)]
        } catch let error as MusterError {
            return [Finding(.error, .backup, error.message)]
        }
    }
}
