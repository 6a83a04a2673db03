import Foundation
import MusterCore
import MusterCrypto
import MusterSQLite

/// A file that is to become a directory, looked at before anything is changed.
struct BackupSource: Sendable {
    /// The file.
    let path: String
    /// What is in it.
    let summary: DatabaseSummary
    /// Whether it carries a digest of itself, which is right.
    let isSealed: Bool

    /// What to say of a file that carries none.
    static let unsealed =
        "It carries no digest of itself, being a copy of a database or of an older version, so that damage within its "
        + "values cannot be seen."

    /// Looks at a file: whether it is a backup of this program, undamaged, and not newer than it.
    ///
    /// - Throws: ``MusterError`` with code `store.too_new`, or ``CommandError``.
    init(_ path: String) throws {
        if let stranger = try ForeignFile(path) {
            throw CommandError(
                .badInput,
                "\(path) is no backup of muster: it is \(stranger.noun). Nothing was changed."
            )
        }
        self.path = path
        do {
            let inspection = try BackupSource.inspect(path, MasterKey.random())
            summary = try inspection.summary()
            switch try BackupSeal.state(of: path) {
            case .intact: isSealed = true
            case .absent: isSealed = false
            case .broken(let reason):
                throw CommandError(
                    .badInput,
                    "\(path) is damaged: \(reason). Nothing was changed."
                )
            }
            let faults = try inspection.damage() + inspection.schemaDifferences().map(\.text)
            guard faults.isEmpty else {
                throw CommandError(
                    .badInput,
                    "\(path) is damaged: \(faults[0]). Nothing was changed."
                )
            }
        } catch let error as MusterError where error.code != .storeTooNew {
            throw CommandError(
                .badInput,
                "\(path) is no backup of muster, or is damaged: \(error.message) Nothing was changed."
            )
        }
    }

    /// Whether a master key is the one that sealed the phone numbers; nil where there are none.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func fits(_ key: MasterKey) throws(MusterError) -> Bool? {
        try BackupSource.inspect(path, key).keyFits()
    }

    private static func inspect(
        _ path: String,
        _ key: MasterKey
    ) throws(MusterError) -> DatabaseInspection {
        try DatabaseInspection(
            path: path,
            sealer: SodiumSealer(key),
            digester: SystemDigester(key)
        )
    }
}
