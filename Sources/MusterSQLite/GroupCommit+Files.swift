import Dispatch
import MusterCore
import MusterSQL
import Synchronization

/// What becomes of changes when the database's files lose their names under the server.
extension GroupCommit {
    /// How long nobody may look whether the files are in their place.
    private static let watchPause = DispatchTimeInterval.seconds(1)

    /// Whether the files are in their place; where they are not for the first time, saves what can be saved and tells.
    func isInPlace(saving: Bool = false) -> Bool {
        if isLost { return false }
        if watch.isIntact { return true }
        lost.store(true, ordering: .releasing)
        let isSaved = mergeLostLog()
        onLoss(
            "The database or its write-ahead log was moved or removed under the running server. "
                + (isSaved
                    ? "All acknowledged changes were saved into the database file. Nothing is changed until the server is "
                        + "started again."
                    : "Nothing is changed any more, and acknowledged changes are lost when the server ends. Do not stop it "
                        + "before its open files are copied: see \"Files that are taken away\" in docs/operations.md.")
        )
        return saving && isSaved
    }

    /// Copies all of a write-ahead log that has lost its name into the database, if that still has its own.
    private func mergeLostLog() -> Bool {
        guard watch.hasDatabase else { return false }
        onCommit()
        var isMerged = false
        try? handle.run("PRAGMA wal_checkpoint(FULL)", []) { row in
            isMerged = row[0] as Int == 0 && row[1] as Int == row[2] as Int
            return false
        }
        return isMerged && watch.hasDatabase
    }

    /// Looks at the files again and again, also while nobody changes anything.
    func watchOn() {
        queue.asyncAfter(deadline: .now() + GroupCommit.watchPause) { [weak self] in
            // The connection may have been closed meanwhile.
            guard let self, handle.isOpen else { return }
            if isInPlace() { watchOn() }
        }
    }

    static var closed: MusterError {
        MusterError(.storeUnavailable, "Nothing can be changed: the directory has been closed.")
    }

    static var loss: MusterError {
        MusterError(
            .storeUnavailable,
            "Nothing can be changed: the files of the directory were moved or removed while it was served. What its "
                + "operator has to do is in the server's log.",
            cause: Trouble.files
        )
    }
}
