import FoundationEssentials
import MusterCore
import MusterCrypto
import MusterSQLite
import SystemCalls

/// A file that is to become a directory, looked at before anything is changed.
struct BackupSource: Sendable {
    /// What is in it.
    let summary: DatabaseSummary
    /// Whether it carries a digest of itself, which is right.
    let isSealed: Bool

    private let opened: BackupFile
    /// The file as SQLite is to read it; good for as long as it is open.
    private let database: DatabaseSource

    /// What to say of a file that carries none.
    static let unsealed =
        "It carries no digest of itself, being a copy of a database or of an older version, so that damage within its "
        + "values cannot be seen."

    /// Looks at a file: whether it is a backup of this program, undamaged, and not newer than it.
    ///
    /// - Throws: ``MusterError`` with code `store.too_new`, or ``CommandError``.
    init(_ path: String) throws {
        let opened = try BackupFile(path)
        defer { withExtendedLifetime(opened) {} }
        try opened.refuseForeign()
        let database = try BackupSource.database(opened.file)
        self.opened = opened
        self.database = database
        do {
            let inspection = try BackupSource.inspect(database, MasterKey.random())
            summary = try inspection.summary()
            switch try BackupSeal.state(of: opened.file) {
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
            throw CommandError(.badInput, BackupSource.refusal(path, error))
        }
    }

    /// Why a file cannot be used that begins as a database does.
    private static func refusal(_ path: String, _ error: MusterError) -> String {
        let reason =
            if error.cause as? Trouble == .damage {
                "\(path) is damaged: SQLite cannot read it."
            } else if error.code == .directoryMissing {
                "\(path) is no backup of muster: \(error.message)"
            } else {
                error.message
            }
        return reason + " Nothing was changed."
    }

    /// Whether a master key is the one that sealed what is in it; nil if nothing is.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func fits(_ key: MasterKey) throws(MusterError) -> Bool? {
        defer { withExtendedLifetime(opened) {} }
        return try BackupSource.inspect(database, key).keyFits()
    }

    /// Copies the file that was looked at, whatever its name has come to mean since.
    ///
    /// - Parameters:
    ///   - path: The path of an empty file.
    ///   - sealer: Unused but for phone numbers, of which none is read.
    /// - Returns: What the copy holds.
    /// - Throws: ``MusterError`` with code `directory.missing`, `store.too_new` or `store.unavailable`.
    func copy(to path: String, sealer: any Sealer) throws(MusterError) -> DatabaseSummary {
        defer { withExtendedLifetime(opened) {} }
        return try DatabaseBackup.copy(database, to: path, sealer: sealer, event: nil) { _ in }
    }

    /// Decides how a file is read: by itself, unless it is the copy of a database with its log beside it.
    ///
    /// - Throws: ``CommandError`` where something lies beside it that may not decide what is in it.
    private static func database(_ file: OpenFile) throws(CommandError) -> DatabaseSource {
        if BackupSeal.isPromised(by: file) {
            try Companions.refuseAny(beside: file.path)
        } else if !Companions.beside(file.path).isEmpty {
            if let owner = file.status?.st_uid {
                try Companions.refuseStrangers(beside: file.path, of: owner)
            }
            return .file(file.path)
        }
        return .descriptor(file.descriptor, name: file.path)
    }

    private static func inspect(
        _ database: DatabaseSource,
        _ key: MasterKey
    ) throws(MusterError) -> DatabaseInspection {
        try DatabaseInspection(
            database,
            sealer: SodiumSealer(key),
            digester: SystemDigester(key)
        )
    }
}
