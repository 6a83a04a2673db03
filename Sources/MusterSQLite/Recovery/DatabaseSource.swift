/// A database that is read.
public enum DatabaseSource: Sendable {
    /// A file that may be in use, with what lies beside it: SQLite takes a `-wal` or a `-journal` there for a part of it.
    case file(String)
    /// A file that is open already, and is all there is: nothing is looked up by its name, which is for messages only.
    ///
    /// Nobody may be changing it. SQLite reads by a duplicate of the descriptor, which has to be open when a connection
    /// is made, and no longer.
    case descriptor(Int32, name: String)
}
