import Foundation
import MusterCore

/// Pieces of an import in a file without a name, sealed: what was read of it makes no sense without the
/// server's key, and the file is gone with the process.
final class SealedSpool: ImportSpool {
    private static let context = "import"

    private let file: FileHandle
    private let sealer: any Sealer
    private var isReading = false

    /// Makes the file in a folder and takes its name away.
    init(folder: String, sealer: any Sealer) throws(MusterError) {
        let path = "\(folder)/import-\(UUID().uuidString).spool"
        file = try translating {
            guard
                FileManager.default.createFile(
                    atPath: path,
                    contents: nil,
                    attributes: [.posixPermissions: 0o600]
                )
            else { throw SealedSpool.unusable }
            defer { try? FileManager.default.removeItem(atPath: path) }
            return try FileHandle(forUpdating: URL(fileURLWithPath: path))
        }
        self.sealer = sealer
    }

    deinit {
        try? file.close()
    }

    func append(_ piece: [UInt8]) throws(MusterError) {
        let box = sealer.seal(piece, context: SealedSpool.context)
        var data = withUnsafeBytes(of: UInt64(box.count).littleEndian) { Data($0) }
        data.append(contentsOf: box)
        let bytes = data
        try translating { try file.write(contentsOf: bytes) }
    }

    func next() throws(MusterError) -> [UInt8]? {
        let box: [UInt8]? = try translating {
            if !isReading {
                try file.seek(toOffset: 0)
                isReading = true
            }
            guard let header = try file.read(upToCount: 8), !header.isEmpty else { return nil }
            let count = header.reversed().reduce(0) { $0 << 8 | Int($1) }
            guard header.count == 8, let box = try file.read(upToCount: count), box.count == count
            else { throw SealedSpool.unusable }
            return [UInt8](box)
        }
        guard let box else { return nil }
        return try sealer.open(box, context: SealedSpool.context)
    }

    private static var unusable: MusterError {
        MusterError(.storeUnavailable, "The directory cannot keep the import at present.")
    }
}
