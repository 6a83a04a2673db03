/// Keeps what has arrived of an import until all of it has been looked at.
///
/// Used by one task at a time. What it keeps is sealed and gone when the spool is.
public protocol ImportSpool: AnyObject {
    /// Keeps one piece more.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func append(_ piece: [UInt8]) throws(MusterError)

    /// The next piece, in the order in which they were kept; nil after the last one.
    ///
    /// Nothing is kept any more once the first was asked for.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func next() throws(MusterError) -> [UInt8]?
}

/// Makes places for what arrives of imports.
///
/// It is a port of its own: wherever the directory is kept, what waits is best kept near the server. It passes
/// `SpoolConformance` of MusterTesting.
public protocol ImportSpools: Sendable {
    /// Makes a place for one import.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`, or `server.overloaded` where too many are under way.
    func makeSpool() throws(MusterError) -> any ImportSpool
}
