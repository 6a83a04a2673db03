import FoundationEssentials
import Logging
import MusterCore
import MusterServer
import Synchronization
import SystemCalls
import WorkerThreads

/// Makes backups of the directory that this process serves, one at a time.
final class ServedBackups: Sendable {
    private static let pieceSize = 262_144

    private let paths: DataPaths
    private let logger: Logger
    private let isBusy = Mutex(false)

    init(_ paths: DataPaths, logger: Logger) {
        self.paths = paths
        self.logger = logger
    }

    /// Makes a backup in a file that has no name any more when it is handed out.
    ///
    /// - Throws: ``MusterError`` with code `server.overloaded` where another one is being made, or `store.unavailable`.
    func make() async throws(MusterError) -> ConsoleTools.Backup {
        let isFree = isBusy.withLock { isBusy in
            defer { isBusy = true }
            return !isBusy
        }
        guard isFree else {
            throw .overloaded("Another backup is being made.", retryAfter: 10)
        }
        defer { isBusy.withLock { $0 = false } }
        let made: Result<OwnedFile, any Error> = await withCheckedContinuation { done in
            let isStarted = WorkerThread.start("backup", .backups) { [paths] in
                done.resume(returning: Result { try ServedBackups.file(paths) })
            }
            if !isStarted { done.resume(returning: .failure(ServedBackups.unavailable)) }
        }
        switch made {
        case .success(let file): return backup(file)
        case .failure(let error):
            logger.error("no backup could be made", metadata: ["error": "\(error)"])
            throw ServedBackups.unavailable
        }
    }

    private func backup(_ file: OwnedFile) -> ConsoleTools.Backup {
        ConsoleTools.Backup(size: file.size) { () throws(MusterError) in
            guard let piece = try? Descriptor.read(file.descriptor, upTo: ServedBackups.pieceSize)
            else { throw ServedBackups.unavailable }
            return piece
        }
    }

    private static func file(_ paths: DataPaths) throws -> OwnedFile {
        let folder = try BackupStream.temporaryFolder()
        defer { rmdir(folder) }
        let path = folder + "/muster.backup"
        defer { unlink(path) }
        try DirectoryBackup(paths: paths, file: path, replaces: false).makeAlone()
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unavailable }
        return OwnedFile(descriptor)
    }

    private static var unavailable: MusterError {
        MusterError(
            .storeUnavailable,
            "No backup could be made. The server's log says why; muster check looks at the directory."
        )
    }
}

/// A descriptor that is closed when nobody holds it any more.
private final class OwnedFile: Sendable {
    let descriptor: Int32
    let size: Int

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
        var status = stat()
        size = fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
    }

    deinit { close(descriptor) }
}
