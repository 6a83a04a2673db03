/// What has to be well for a server to do its work; `failed` of `/readyz` names what is not.
public enum ReadinessCheck: String, Sendable, CaseIterable {
    /// The database and its log are still where they were.
    case files
    /// No damage has been met.
    case damage
    /// The database can be read.
    case read
    /// The database can be written, down to the disk.
    case write
    /// The disk has some room left.
    case space
    /// Another password may wait to be hashed.
    case hashing
    /// All of that is answered in time.
    case time

    /// What is wrong where it is not well, and what to do, in sentences.
    public var advice: String {
        switch self {
        case .files:
            "The database or its log was moved or removed under the running server, and nothing can be changed. If "
                + "muster.sqlite is there, start the server again; if not, do not stop it before you have copied its "
                + "open files: see \"Files that are taken away\" in docs/operations.md."
        case .damage:
            "The database is damaged. Stop the server, and restore a backup with muster restore."
        case .read: "The directory cannot be read. Look at the server's log, and at the disk."
        case .write:
            "Nothing can be written. Look at the other findings, make room on the disk, or mount it read-write."
        case .space: "Less than 16 MiB are free on the disk. Make room."
        case .hashing:
            "So many passwords wait that the next is refused. Raise password.hashing.queue, or "
                + "password.hashing.threads where there are processors."
        case .time: "The server does not know within three seconds how it is. Look at the disk."
        }
    }
}
