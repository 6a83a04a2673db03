import FoundationEssentials
import MusterCore
import MusterCrypto
import MusterPostgres
import MusterSQLite

/// The one place that names the store of a server and of `init`: everything else has it by its port.
struct StoreFactory {
    /// What an open store brings.
    struct Opened: Sendable {
        /// The store.
        let store: any DirectoryStore
        /// What is asked before anybody is served: the file or the database itself, and no copy beside it.
        let origin: any DirectoryStore
        /// Where imports wait.
        let spools: any ImportSpools
        /// Whether the master key is the directory's; the first one that is asked about is it from then on.
        let keyFits: @Sendable () async throws(MusterError) -> Bool
        /// Has the directory keep where the numbers of users and groups begin, unless it does already; where they do.
        let keepNumbers: @Sendable (AccountNumbers) async throws(MusterError) -> AccountNumbers
    }

    /// Where the directory is kept.
    enum Place: Sendable {
        /// In a file.
        case file(String)
        /// In a database that others may serve, too.
        case database(PostgresAddress, PostgresPurpose)
    }

    /// The descriptors that an open store and its spools hold at most, whichever it is.
    static let descriptors =
        max(SQLiteStore.descriptors, ReplicatedStore.connections + ReplicaFiles.descriptors)
        + SealedSpools.descriptors

    /// Where the directory is kept.
    let place: Place
    /// The folder in which imports wait.
    let folder: String
    /// Seals what is not kept in the clear.
    let key: MasterKey

    /// Opens the store, creates it where it is not there and that is wanted, and brings it up to date.
    ///
    /// - Parameter onLoss: Told, once, when its files are no longer in their place.
    /// - Returns: What it brings.
    /// - Throws: ``MusterError`` with code `store.too_new`, `directory.missing` or `store.unavailable`.
    func open(
        onLoss: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws(MusterError) -> Opened {
        let sealer = SodiumSealer(key)
        let spools = SealedSpools(folder: folder, sealer: sealer)
        switch place {
        case .file(let path):
            let store = try SQLiteStore(
                path: path,
                sealer: sealer,
                digester: SystemDigester(key),
                onLoss: onLoss
            )
            return Opened(
                store: store,
                origin: store,
                spools: spools,
                keyFits: { () async throws(MusterError) in try store.keyFits() },
                keepNumbers: { wanted async throws(MusterError) in try store.keep(wanted) }
            )
        case .database(let address, let purpose):
            let store = try await PostgresStore(
                address,
                sealer: sealer,
                digester: SystemDigester(key),
                for: purpose
            )
            return Opened(
                store: store,
                origin: store,
                spools: spools,
                keyFits: { () async throws(MusterError) in try await store.keyFits() },
                keepNumbers: { wanted async throws(MusterError) in try await store.keep(wanted) }
            )
        }
    }

    /// Keeps a copy beside the node of what is asked all the time, and follows its changes.
    ///
    /// - Parameters:
    ///   - opened: An open store, with its directory; one in a file is near enough as it is.
    ///   - rule: What is done while the copy is not fresh.
    ///   - tell: Told what becomes of it.
    /// - Returns: What is served from then on.
    func replicate(
        _ opened: Opened,
        whenStale rule: StaleRule,
        tell: @escaping @Sendable (ReplicaNote) -> Void
    ) -> Opened {
        guard let origin = opened.store as? PostgresStore else { return opened }
        let store = ReplicatedStore(
            origin,
            as: FeedNode(name: ProcessInfo.processInfo.hostName, version: Version.text),
            in: ReplicaFiles(
                folder: folder,
                sealer: SodiumSealer(key),
                digester: SystemDigester(key)
            ),
            whenStale: rule,
            tell: tell
        )
        return Opened(
            store: store,
            origin: origin,
            spools: opened.spools,
            keyFits: opened.keyFits,
            keepNumbers: opened.keepNumbers
        )
    }
}
