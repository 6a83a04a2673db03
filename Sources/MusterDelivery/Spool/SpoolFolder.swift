import FoundationEssentials
import MusterCore
import SystemCalls

/// The files of one way's letters: `new`, `sending` and `failed` beside a lock.
///
/// A letter's state is the folder in which its file stands, changed by rename(2): at each moment it stands in one of them.
/// Every file is its owner's alone.
final class SpoolFolder: Sendable {
    /// What a letter's state is.
    enum State: String, CaseIterable {
        case new
        case sending
        case failed
    }

    /// The suffix of files that are being written.
    private static let partialSuffix = ".part"

    /// Where the folders are.
    let path: String
    private let lock: Int32

    /// Makes the folders where they are not there, and locks them.
    ///
    /// - Throws: ``MusterError`` with code `setting.invalid` where they cannot be made or written, or another process has
    ///   them: two servers that send from one folder would send everything twice after a crash of one.
    init(_ path: String) throws(MusterError) {
        self.path = path
        try SpoolFolder.make(path)
        let file = path + "/lock"
        let descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw SpoolFolder.unusable(file) }
        SpoolFolder.giveToOwner(descriptor, of: path)
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw MusterError(
                .settingInvalid,
                "Another process sends what is in \(path). Give each server a codes.outbox of its own."
            )
        }
        lock = descriptor
    }

    deinit {
        close(lock)
    }

    /// The names of the letters in a state, sorted; their times stand first in them.
    func names(_ state: State) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder(state))) ?? []
        return names.filter { $0.first != "." && !$0.hasSuffix(SpoolFolder.partialSuffix) }.sorted()
    }

    /// Puts a letter's bytes on disk, under its name when they are there.
    ///
    /// - Returns: Why it cannot; nil where it could.
    func write(_ bytes: [UInt8], as name: String, _ state: State) -> String? {
        let reason = put(bytes, as: name, state)
        guard reason != nil, access(folder(state), F_OK) != 0, errno == ENOENT,
            (try? SpoolFolder.make(path)) != nil
        else { return reason }
        // The folder was removed under the running server.
        return put(bytes, as: name, state)
    }

    private func put(_ bytes: [UInt8], as name: String, _ state: State) -> String? {
        let target = file(name, state)
        let partial = target + SpoolFolder.partialSuffix
        let flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC
        let descriptor = open(partial, flags, 0o600)
        guard descriptor >= 0 else { return SpoolFolder.lastError }
        SpoolFolder.giveToOwner(descriptor, of: path)
        let isWritten =
            (try? Descriptor.write(bytes, to: descriptor)) != nil && fsync(descriptor) == 0
        let reason = isWritten ? nil : SpoolFolder.lastError
        close(descriptor)
        guard reason == nil, rename(partial, target) == 0 else {
            let last = reason ?? SpoolFolder.lastError
            unlink(partial)
            return last
        }
        return SpoolFolder.sync(folder(state)) ? nil : SpoolFolder.lastError
    }

    /// The bytes of a letter; nil if it is not there or larger than any letter.
    func read(_ name: String, _ state: State) -> [UInt8]? {
        let descriptor = open(file(name, state), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let limit = 65_536
        guard let bytes = try? Descriptor.read(descriptor, upTo: limit), bytes.count < limit else {
            return nil
        }
        return bytes
    }

    /// Moves a letter to another state, maybe under another name; answers whether it was there.
    func move(_ name: String, _ state: State, to other: String, _ next: State) -> Bool {
        rename(file(name, state), file(other, next)) == 0
    }

    /// Removes a letter.
    func remove(_ name: String, _ state: State) {
        unlink(file(name, state))
    }

    /// Removes what was being written when a process was ended.
    func removePartial() {
        for state in State.allCases {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder(state))) ?? []
            for name in names where name.hasSuffix(SpoolFolder.partialSuffix) {
                unlink(file(name, state))
            }
        }
    }

    private func folder(_ state: State) -> String { "\(path)/\(state.rawValue)" }

    private func file(_ name: String, _ state: State) -> String { "\(folder(state))/\(name)" }

    private static func make(_ path: String) throws(MusterError) {
        for folder in [path] + State.allCases.map({ "\(path)/\($0.rawValue)" }) {
            if mkdir(folder, 0o700) == 0 {
                let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
                giveToOwner(
                    descriptor,
                    of: URL(fileURLWithPath: folder).deletingLastPathComponent().path
                )
                close(descriptor)
            } else if errno != EEXIST {
                throw unusable(folder)
            }
            guard access(folder, W_OK | X_OK) == 0 else { throw unusable(folder) }
        }
    }

    /// Gives a file to whoever owns a folder, where this process may: a command that runs as root puts letters there for
    /// the server.
    private static func giveToOwner(_ descriptor: Int32, of folder: String) {
        var status = stat()
        guard geteuid() == 0, stat(folder, &status) == 0 else { return }
        _ = fchown(descriptor, status.st_uid, status.st_gid)
    }

    private static func sync(_ folder: String) -> Bool {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return fsync(descriptor) == 0
    }

    private static func unusable(_ path: String) -> MusterError {
        let reason = lastError
        return MusterError(
            .settingInvalid,
            "\(path), where messages wait, cannot be written: \(reason). Mend that, or set codes.outbox to another folder."
        )
    }

    private static var lastError: String { String(cString: strerror(errno)) }
}
