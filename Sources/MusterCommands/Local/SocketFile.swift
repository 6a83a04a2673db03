import FoundationEssentials
import MusterCore
import SystemCalls

/// A Unix domain socket on its way to its place in the file system.
///
/// It is bound in a folder that only the server can enter, is given its group and mode there, and only then
/// gets its name. So nobody can open it before it has its mode, and nobody ever finds no socket where one
/// is being replaced.
struct SocketFile: Sendable {
    /// Where to bind.
    var bindingPath: String { folder + "/socket" }

    private let socket: LocalSocket
    private let folder: String

    /// Makes the folder, beside the place, and sees whether the socket's group may be given.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable` where the socket cannot be there.
    init(_ socket: LocalSocket) throws(MusterError) {
        self.socket = socket
        let parent = DurableFiles.folder(of: socket.path)
        guard var template = SocketPath.template(parent + "/.muster-"),
            socket.path.utf8.count <= SocketPath.mostBytes
        else {
            throw SocketFile.refusal(socket.path, "the path has too many bytes for a socket")
        }
        var status = stat()
        if lstat(socket.path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFSOCK else {
                throw SocketFile.refusal(socket.path, "a file that is no socket lies there")
            }
            switch SocketFile.life(of: socket.path) {
            case .dead: break
            // In the data folder, whose lock is held, no other server answers.
            case .unknown where socket.isUnasked: break
            case .unknown:
                throw SocketFile.refusal(
                    socket.path,
                    "a socket lies there that this user may not open. Remove it, if no program answers there"
                )
            case .answers:
                throw SocketFile.refusal(socket.path, "another program answers there already")
            }
        }
        guard mkdtemp(&template) != nil else {
            throw SocketFile.refusal(socket.path, String(cString: strerror(errno)))
        }
        folder = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        guard let group = socket.group, chown(folder, uid_t.max, group) != 0 else { return }
        rmdir(folder)
        throw SocketFile.badGroup(socket)
    }

    /// Gives the socket its group, its mode and its name.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func publish() throws(MusterError) {
        if let group = socket.group, chown(bindingPath, uid_t.max, group) != 0 {
            throw SocketFile.badGroup(socket)
        }
        SocketFile.giveToFolderOwner(bindingPath, socket.path)
        guard chmod(bindingPath, socket.mode) == 0, rename(bindingPath, socket.path) == 0 else {
            throw SocketFile.refusal(socket.path, String(cString: strerror(errno)))
        }
        rmdir(folder)
    }

    /// Removes what is left when nobody answers any more.
    func remove() {
        unlink(bindingPath)
        rmdir(folder)
        if SocketFile.life(of: socket.path) == .dead { unlink(socket.path) }
    }

    /// Gives a socket that root has made to the user in whose folder it is to be, who could not replace it later; its
    /// group stays.
    private static func giveToFolderOwner(_ path: String, _ place: String) {
        guard geteuid() == 0, let folder = FileModes.status(of: DurableFiles.folder(of: place))
        else { return }
        _ = lchown(path, folder.st_uid, gid_t.max)
    }

    /// Whether somebody listens at a socket.
    private enum Life {
        case answers
        case dead
        /// This user may not open it.
        case unknown
    }

    private static func life(of path: String) -> Life {
        #if os(Linux)
        let kind = Int32(SOCK_STREAM.rawValue)
        #else
        let kind = SOCK_STREAM
        #endif
        let descriptor = SystemCalls.socket(AF_UNIX, kind, 0)
        guard descriptor >= 0 else { return .answers }
        defer { close(descriptor) }
        // A program that answers slowly, or not at all, is there all the same.
        guard fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0 else { return .answers }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { bytes in
            bytes.copyBytes(from: path.utf8.prefix(bytes.count - 1))
        }
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard status != 0 else { return .answers }
        switch errno {
        case ECONNREFUSED: return .dead
        case EACCES, EPERM: return .unknown
        default: return .answers
        }
    }

    private static func badGroup(_ socket: LocalSocket) -> MusterError {
        refusal(
            socket.path,
            "the server's user may not give it to the group of local.socketGroup"
        )
    }

    private static func refusal(_ path: String, _ reason: String) -> MusterError {
        MusterError(.storeUnavailable, "Cannot answer at the socket \(path): \(reason).")
    }
}
