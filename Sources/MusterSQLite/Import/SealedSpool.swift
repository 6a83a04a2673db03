import FoundationEssentials
import MusterCore
import SystemCalls

/// Pieces of an import in a file without a name, sealed: what was read of it makes no sense without the
/// server's key, and the file is gone with the process.
///
/// It never takes the room that the directory itself needs on the same disk.
final class SealedSpool: ImportSpool {
    /// The bytes that are left free on the disk: the write-ahead log has 64 MiB before it is merged, and the database
    /// grows meanwhile.
    static let reserve: Int64 = 128 * 1_048_576

    private static let context = "import"

    private let file: CInt
    private let sealer: any Sealer
    private let place: SpoolPlaces.Place
    private let freeBytes: (Int32) -> Int64?
    private var isReading = false

    /// Makes the file in a folder and takes its name away.
    ///
    /// - Parameters:
    ///   - folder: The folder.
    ///   - sealer: Seals the pieces.
    ///   - place: The spool's place among those that there may be; held for as long as it lives.
    ///   - freeBytes: Measures the room that is left where a descriptor's file is.
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    init(
        folder: String,
        sealer: any Sealer,
        place: SpoolPlaces.Place,
        freeBytes: @escaping (Int32) -> Int64? = SealedSpool.measure
    ) throws(MusterError) {
        let path = "\(folder)/import-\(UUID().uuidString).spool"
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SealedSpool.unusable(errno) }
        unlink(path)
        file = descriptor
        self.sealer = sealer
        self.place = place
        self.freeBytes = freeBytes
    }

    deinit {
        close(file)
    }

    func append(_ piece: [UInt8]) throws(MusterError) {
        let box = sealer.seal(piece, context: SealedSpool.context)
        try requireRoom(for: Int64(box.count))
        let header = withUnsafeBytes(of: UInt64(box.count).littleEndian) { [UInt8]($0) }
        do throws(Descriptor.Failure) {
            try Descriptor.write(header + box, to: file)
        } catch {
            throw SealedSpool.unusable(error.number, cause: error)
        }
    }

    func next() throws(MusterError) -> [UInt8]? {
        guard let box = try nextBox() else { return nil }
        return try sealer.open(box, context: SealedSpool.context)
    }

    private func nextBox() throws(MusterError) -> [UInt8]? {
        do throws(Descriptor.Failure) {
            if !isReading {
                try Descriptor.seek(file, to: 0)
                isReading = true
            }
            let header = try Descriptor.read(file, upTo: 8)
            guard !header.isEmpty else { return nil }
            let count = header.reversed().reduce(0) { $0 << 8 | Int($1) }
            let box = header.count == 8 ? try Descriptor.read(file, upTo: count) : []
            guard header.count == 8, box.count == count else {
                throw Descriptor.Failure(number: EIO)
            }
            return box
        } catch {
            throw SealedSpool.unusable(error.number, cause: error)
        }
    }

    private func requireRoom(for count: Int64) throws(MusterError) {
        guard let free = freeBytes(file), free - count < SealedSpool.reserve else {
            return
        }
        throw MusterError(
            .storeUnavailable,
            "The server's disk has too little room to keep the import until all of it has been looked at: "
                + "\(free / 1_048_576) MiB are free, and \(SealedSpool.reserve / 1_048_576) MiB are left to the directory. "
                + "Make room, or import fewer users at a time.",
            cause: Trouble.disk
        )
    }

    /// The bytes that are free for this process where a descriptor's file is; nil if the system does not say.
    static func measure(_ descriptor: Int32) -> Int64? {
        var status = statvfs()
        guard fstatvfs(descriptor, &status) == 0 else { return nil }
        let (bytes, isTooMany) = Int64(clamping: status.f_bavail)
            .multipliedReportingOverflow(by: Int64(clamping: status.f_frsize))
        return isTooMany ? .max : bytes
    }

    private static func unusable(_ error: Int32, cause: (any Error)? = nil) -> MusterError {
        MusterError(
            .storeUnavailable,
            "The server cannot keep the import until all of it has been looked at: "
                + "\(String(cString: strerror(error))).",
            cause: cause
        )
    }
}
