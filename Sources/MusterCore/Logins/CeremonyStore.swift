/// Reads ceremonies.
///
/// Every method throws ``MusterError`` with code `store.unavailable`.
public protocol CeremonyReader {
    /// The ceremony under a digest; nil if there is none.
    func ceremony(_ digest: Digest) throws(MusterError) -> Ceremony?
}

/// Writes ceremonies.
///
/// Every method throws ``MusterError`` with code `store.unavailable`.
public protocol CeremonyWriter {
    /// The ceremonies of a user, the oldest first, without those that are spent: ``Ceremony/perUser`` at most.
    func ceremonies(of user: UserID) throws(MusterError) -> [Ceremony]

    /// Begins a ceremony; the oldest of its user end where there are more than ``Ceremony/perUser``.
    ///
    /// Services begin one by ``DirectoryTransaction/begin(_:_:)``, which makes room before.
    func insertCeremony(_ ceremony: Ceremony) throws(MusterError)

    /// Keeps how many answers are still read.
    func updateCeremony(_ ceremony: Ceremony) throws(MusterError)

    /// Ends a ceremony; does nothing if there is none.
    func deleteCeremony(_ digest: Digest) throws(MusterError)

    /// Forgets the ceremonies that began before `limit`, and those that began after `end`.
    func forgetCeremonies(outside span: ClosedRange<Timestamp>) throws(MusterError)
}
