import FoundationEssentials
import MusterCore
import Synchronization
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

    /// What came of moving a letter.
    enum Move: Equatable {
        case done
        /// Its file is not there.
        case gone
        /// It cannot be moved, and why.
        case failed(String)
    }

    /// Where the folders are.
    let path: String
    /// The descriptor of the lock that this process holds.
    private let lock: Mutex<Int32>

    /// Makes the folders where they are not there, and locks them.
    ///
    /// - Throws: ``MusterError`` with code `setting.invalid` where they cannot be made or written, or another process has
    ///   them: two servers that send from one folder would send everything twice after a crash of one.
    init(_ path: String) throws(MusterError) {
        self.path = path
        try SpoolFolder.make(path)
        lock = Mutex(try SpoolFolder.locked(path))
    }

    deinit {
        lock.withLock { _ = close($0) }
    }

    /// Makes the folders again that were removed under the running server, and takes the lock again where it went with
    /// them.
    ///
    /// - Returns: What came of it; nil if nothing was missing.
    func repair() -> Repair? {
        guard isMissing else { return nil }
        do throws(MusterError) {
            // The outbox itself may have gone with everything in it.
            let outbox = URL(fileURLWithPath: path).deletingLastPathComponent().path
            try SpoolFolder.makeFolder(outbox)
            try SpoolFolder.make(path)
            guard !holdsLock else { return .done }
            let fresh = try SpoolFolder.locked(path)
            lock.withLock { held in
                close(held)
                held = fresh
            }
            return .done
        } catch {
            return .failed(error.message)
        }
    }

    /// Whether a folder, or the lock, was removed.
    var isMissing: Bool {
        State.allCases.contains { access(folder($0), F_OK) != 0 && errno == ENOENT } || !holdsLock
    }

    /// What came of making folders again.
    enum Repair: Equatable {
        case done
        case failed(String)
    }

    /// Whether the lock's file is still the one that this process has locked.
    private var holdsLock: Bool {
        var held = stat()
        var present = stat()
        return lock.withLock { fstat($0, &held) } == 0 && stat(path + "/lock", &present) == 0
            && held.st_ino == present.st_ino && held.st_dev == present.st_dev
    }

    private static func locked(_ path: String) throws(MusterError) -> Int32 {
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
        return descriptor
    }

    /// The names of the letters in a state, sorted; their times stand first in them.
    func names(_ state: State) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder(state))) ?? []
        return names.filter { $0.first != "." && !$0.hasSuffix(SpoolFolder.partialSuffix) }.sorted()
    }

    /// Puts a letter's bytes on disk, under its name when they are there.
    ///
    /// - Returns: Why it cannot; nil if it could.
    func write(_ bytes: [UInt8], as name: String, _ state: State) -> String? {
        put(bytes, as: name, state)
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

    /// Moves a letter to another state, maybe under another name.
    func move(_ name: String, _ state: State, to other: String, _ next: State) -> Move {
        guard rename(file(name, state), file(other, next)) != 0 else { return .done }
        let reason = SpoolFolder.lastError
        return access(file(name, state), F_OK) != 0 && errno == ENOENT ? .gone : .failed(reason)
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
            try makeFolder(folder)
        }
    }

    private static func makeFolder(_ folder: String) throws(MusterError) {
        if mkdir(folder, 0o700) == 0 {
            let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
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
