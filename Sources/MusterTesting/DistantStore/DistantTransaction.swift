import MusterCore

/// What a body is given by a store that is far away: every method is a round trip.
///
/// The ports' methods are in an extension a few features.
final class DistantTransaction: DirectoryTransaction {
    let inner: any DirectoryTransaction
    private let store: DistantStore

    init(_ inner: any DirectoryTransaction, of store: DistantStore) {
        self.inner = inner
        self.store = store
    }

    /// Asks the store something, and waits for the way there and back.
    func trip<Result>(
        _ ask: () throws(MusterError) -> Result
    ) throws(MusterError) -> Result {
        store.travel()
        return try ask()
    }
}
