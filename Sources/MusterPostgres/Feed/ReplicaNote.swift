/// What became of a replica, for the log.
public enum ReplicaNote: Sendable {
    /// It is filled, for a reason.
    case filling(because: String)
    /// So many users are in it, of about so many.
    case progress(users: Int, total: Int)
    /// It is there, after so much time, with so many users.
    case filled(users: Int, seconds: Double)
    /// It is there from the last time.
    case found(position: Int64)
    /// The database is not followed any more.
    case lost(reason: String)
    /// It is followed, from now on or again.
    case following
}
