import MusterCore
import MusterCrypto
import MusterSQLite

/// The one place that names the store of a server and of `init`: everything else has it by its port.
struct StoreFactory {
    /// What an open store brings.
    struct Opened: Sendable {
        /// The store.
        let store: any DirectoryStore
        /// Where imports wait.
        let spools: any ImportSpools
        /// Whether the master key is the directory's; the first one that is asked about is it from then on.
        let keyFits: @Sendable () throws(MusterError) -> Bool
    }

    /// The descriptors that an open store and its spools hold at most.
    static let descriptors = SQLiteStore.descriptors + SealedSpools.descriptors

    /// The database file.
    let path: String
    /// The folder in which imports wait.
    let folder: String
    /// Seals what is not kept in the clear.
    let key: MasterKey

    /// Opens the store, creates it where it is not there, and brings it up to date.
    ///
    /// - Parameter onLoss: Told, once, when its files are no longer in their place.
    /// - Returns: What it brings.
    /// - Throws: ``MusterError`` with code `store.too_new` or `store.unavailable`.
    func open(
        onLoss: @escaping @Sendable (String) -> Void = { _ in }
    ) throws(MusterError) -> Opened {
        let sealer = SodiumSealer(key)
        let store = try SQLiteStore(
            path: path,
            sealer: sealer,
            digester: SystemDigester(key),
            onLoss: onLoss
        )
        return Opened(
            store: store,
            spools: SealedSpools(folder: folder, sealer: sealer),
            keyFits: { () throws(MusterError) in try store.keyFits() }
        )
    }
}
