package import FoundationEssentials
package import MusterCore

/// The row at which a statement stands, or one of a result; valid no longer than that.
///
/// Columns are counted from 0. One that is read as what cannot be nil is not NULL, says the schema; what comes of it where it is all
/// the same is each store's own.
package protocol SQLRow {
    subscript(index: Int) -> Int64 { get }
    subscript(index: Int) -> Int { get }
    subscript(index: Int) -> Bool { get }
    subscript(index: Int) -> String { get }
    subscript(index: Int) -> Int64? { get }
    subscript(index: Int) -> Int? { get }
    subscript(index: Int) -> Bool? { get }
    subscript(index: Int) -> String? { get }
    subscript(index: Int) -> [UInt8]? { get }

    /// The bytes of a column that is not NULL.
    func bytes(_ index: Int) -> [UInt8]

    /// The UUID of a column; nil if it is NULL.
    func uuid(_ index: Int) -> UUID?

    /// The moment in a column; nil if it is NULL.
    func optionalTimestamp(_ index: Int) -> Timestamp?
}
