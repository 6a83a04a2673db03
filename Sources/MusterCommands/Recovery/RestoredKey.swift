import FoundationEssentials
import MusterCore
import MusterCrypto
import MusterSQLite
import SystemCalls

/// The master key that a restored directory is to have.
struct RestoredKey: Sendable {
    /// Where it comes from.
    enum Origin: Sendable, Equatable {
        /// It lies in the folder already.
        case present
        /// It was named on the command line.
        case named(String)
        /// A new one is made, for there is none.
        case made
    }

    let key: MasterKey
    let origin: Origin
    /// Whether it is another one than the backup's, with which nothing can be opened that was sealed before.
    var isNew: Bool { origin == .made }

    /// Decides.
    ///
    /// - Parameters:
    ///   - named: The path of a key file, where one was named.
    ///   - paths: The folder in which the directory is to be.
    ///   - backup: What is restored.
    /// - Throws: ``MusterError`` or ``CommandError``, also where the key is another one than the backup's.
    init(named: String?, in paths: DataPaths, for backup: BackupSource) throws {
        if let named {
            guard FileManager.default.fileExists(atPath: named) else {
                throw CommandError(
                    .noInput,
                    "The master key \(named) is not there. Nothing was changed."
                )
            }
            key = try RestoredKey.read(named)
            origin = .named(named)
            guard try RestoredKey.fits(key, backup) else {
                throw CommandError(
                    .badInput,
                    "\(named) is not the master key with which this backup's "
                        + "\(RestoredKey.sealed(backup.summary)) were sealed. Nothing was changed."
                )
            }
        } else if FileManager.default.fileExists(atPath: paths.key) {
            key = try RestoredKey.read(paths.key)
            origin = .present
            guard try RestoredKey.fits(key, backup) else {
                let sealed = RestoredKey.sealed(backup.summary)
                throw CommandError(
                    .badInput,
                    "\(paths.key) is not the master key with which this backup's \(sealed) were "
                        + "sealed. Name the right one with --master-key, or move this one away to go on "
                        + "without \(RestoredKey.lost(backup.summary)). Nothing was changed."
                )
            }
        } else {
            key = MasterKey.random()
            origin = .made
        }
    }

    /// Whether a key opens what is sealed in a backup; any does where nothing is.
    private static func fits(
        _ key: MasterKey,
        _ backup: BackupSource
    ) throws(MusterError) -> Bool {
        guard backup.summary.needsKey else { return true }
        return try backup.fits(key) != false
    }

    /// What is sealed, in words.
    private static func sealed(_ summary: DatabaseSummary) -> String {
        [summary.phones > 0 ? "phone numbers" : nil, summary.apps > 0 ? "authenticator apps" : nil]
            .compactMap(\.self).joined(separator: " and ")
    }

    /// How much of what is sealed there is, in words.
    static func lost(phones: Int, apps: Int) -> String {
        [
            phones > 0 ? Count.text(Int64(phones), "phone number") : nil,
            apps > 0 ? Count.text(Int64(apps), "authenticator app") : nil,
        ]
        .compactMap(\.self).joined(separator: " and ")
    }

    private static func lost(_ summary: DatabaseSummary) -> String {
        lost(phones: summary.phones, apps: summary.apps)
    }

    private static func read(_ path: String) throws(CommandError) -> MasterKey {
        do throws(MusterError) {
            return try MasterKey(contentsOf: path)
        } catch {
            guard error.code == .directoryMissing else {
                throw CommandError(.noInput, "\(error.message) Nothing was changed.")
            }
            throw CommandError(.badInput, "\(path) holds no master key. Nothing was changed.")
        }
    }

    /// Puts the key into its place, on disk.
    ///
    /// - Throws: ``MusterError`` or ``CommandError``.
    func install(in paths: DataPaths) throws {
        guard origin != .present else { return }
        try key.install(at: paths.key, replaces: true)
    }
}

extension MasterKey {
    /// Puts the key into its place, on disk: at every moment there is a whole key there, or none.
    ///
    /// - Throws: ``MusterError`` or ``CommandError``, also where a file is there that may not be replaced.
    func install(at path: String, replaces: Bool) throws {
        let partial = try PartialFile(path, replaces: replaces)
        defer { partial.remove() }
        try write(to: partial.descriptor)
        DurableFiles.giveToFolderOwner(partial.path)
        try partial.publish()
    }
}
