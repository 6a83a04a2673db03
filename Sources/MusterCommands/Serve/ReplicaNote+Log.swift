import Logging
import MusterPostgres

extension Logger {
    /// Writes down what became of the copy beside a node.
    func note(_ note: ReplicaNote) {
        switch note {
        case .found(let position):
            info("the copy of the directory is there", metadata: ["position": "\(position)"])
        case .filling(let reason):
            notice("the copy of the directory is filled again", metadata: ["reason": "\(reason)"])
        case .progress(let users, let total):
            info(
                "the copy of the directory is filled",
                metadata: ["users": "\(users)", "of": "\(total)"]
            )
        case .filled(let users, let seconds):
            notice(
                "the copy of the directory is complete",
                metadata: ["users": "\(users)", "seconds": "\((seconds * 10).rounded() / 10)"]
            )
        case .lost(let reason):
            warning("the database is not followed", metadata: ["reason": "\(reason)"])
        case .following: notice("the database is followed")
        }
    }
}
