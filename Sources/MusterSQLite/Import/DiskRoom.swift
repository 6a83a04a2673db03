import FoundationEssentials
import MusterCore
import SystemCalls

/// The room on the disk that imports leave to the directory, so that whoever signs in still finds some.
struct DiskRoom: Sendable {
    /// The free bytes below which no batch of an import is begun: half of what an import leaves whose lines wait in a
    /// spool, since the write-ahead log may have grown by the other half when they are written.
    static let reserve: Int64 = SealedSpool.reserve / 2

    /// The bytes that are free for this process; nil if the system does not say.
    let freeBytes: @Sendable () -> Int64?

    /// Room that is measured in some way.
    init(_ freeBytes: @escaping @Sendable () -> Int64?) {
        self.freeBytes = freeBytes
    }

    /// Room on the disk of a folder.
    init(folder: String) {
        freeBytes = { DiskRoom.measure(folder) }
    }

    /// Refuses a batch where too little is left.
    ///
    /// - Parameter owed: The bytes that the file may still grow by without any change: what waits in the write-ahead log.
    ///   If they were not there, merging the log would fail, the log would never start over, and nobody could change
    ///   anything any more.
    /// - Throws: ``MusterError`` with code `store.unavailable` and the cause ``MusterCore/Trouble/disk``.
    func requireForBatch(owing owed: Int64) throws(MusterError) {
        guard let free = freeBytes(owing: owed), free < DiskRoom.reserve else { return }
        throw MusterError(
            .storeUnavailable,
            "The server's disk has too little room to go on with the import: \(free / 1_048_576) MiB are free, and "
                + "\(DiskRoom.reserve / 1_048_576) MiB are left to the directory. Make room, and import the rest.",
            cause: Trouble.disk
        )
    }

    /// The bytes that are free beside those that are owed; nil if the system does not say.
    func freeBytes(owing owed: Int64) -> Int64? {
        freeBytes().map { max(0, $0 - owed) }
    }

    private static func measure(_ folder: String) -> Int64? {
        var status = statvfs()
        guard statvfs(folder, &status) == 0 else { return nil }
        let (bytes, isTooMany) = Int64(clamping: status.f_bavail)
            .multipliedReportingOverflow(by: Int64(clamping: status.f_frsize))
        return isTooMany ? .max : bytes
    }
}
