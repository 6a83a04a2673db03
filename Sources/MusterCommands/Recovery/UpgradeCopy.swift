import FoundationEssentials
import MusterCore
import MusterCrypto
import MusterSQLite

/// The copy of a directory that is kept before its schema is brought up to date, by which an older program can go on.
///
/// It is a backup like any other, in the data folder. There is one for each schema that the directory has had.
struct UpgradeCopy: Sendable {
    /// The first letters of its name, before the number of the schema that it has.
    static let prefix = "before-upgrade-schema-"
    private static let suffix = ".backup"

    let paths: DataPaths

    /// Where the copy with a schema is.
    func path(_ schema: Int) -> String {
        "\(paths.folder)/\(UpgradeCopy.prefix)\(schema)\(UpgradeCopy.suffix)"
    }

    /// Makes the copy, where this program is going to change the schema.
    ///
    /// Nobody else may have the directory open.
    ///
    /// - Returns: Where it is; nil if there is nothing to be changed.
    /// - Throws: ``MusterError`` with code `store.unavailable` where no copy can be made; then nothing may be changed.
    func keep(_ key: MasterKey) throws(MusterError) -> String? {
        let inspection = try DatabaseInspection(
            path: paths.database,
            sealer: SodiumSealer(key),
            digester: SystemDigester(key)
        )
        let schema = try inspection.schema()
        guard schema < DatabaseInspection.newestSchema else { return nil }
        let name = path(schema)
        do {
            try DirectoryBackup(paths: paths, file: name, replaces: true).makeAlone()
        } catch {
            let reason =
                (error as? MusterError)?.message ?? (error as? CommandError)?.message ?? "\(error)"
            throw MusterError(
                .storeUnavailable,
                "The directory is of an older version, and no copy of it can be kept before it is brought up to date: "
                    + "\(reason) Nothing was changed.",
                cause: error
            )
        }
        DurableFiles.giveToFolderOwner(name)
        return name
    }

    /// Adds to the refusal of a newer directory how to go back to this program.
    func advised(_ refusal: MusterError) -> MusterError {
        guard refusal.code == .storeTooNew else { return refusal }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: paths.folder)) ?? []
        let schemas = names.compactMap(UpgradeCopy.schema)
        let advice =
            if let last = schemas.filter({ $0 <= DatabaseInspection.newestSchema }).max() {
                "To go back to what it was before that, restore the copy that was kept: muster restore --force --data-dir "
                    + "\(paths.folder) \(path(last))"
            } else {
                "To go back, restore the last backup that this version made: muster restore --force --data-dir "
                    + "\(paths.folder) BACKUP"
            }
        return MusterError(.storeTooNew, "\(refusal.message) \(advice)", cause: refusal)
    }

    /// The number of the schema in the name of a copy; nil if it is another file's.
    private static func schema(_ name: String) -> Int? {
        guard name.hasPrefix(prefix), name.hasSuffix(suffix) else { return nil }
        return Int(name.dropFirst(prefix.count).dropLast(suffix.count))
    }
}
