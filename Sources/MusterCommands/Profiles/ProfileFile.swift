import FoundationEssentials
import SystemCalls

/// The file in which profiles are kept: it signs people in, so nobody else may read or replace it.
struct ProfileFile: Sendable {
    /// The largest file that is read, in bytes.
    private static let maximumBytes = 1_048_576

    /// The folder.
    let folder: String

    /// The file.
    var path: String { folder + "/profiles.json" }

    init(folder: String) {
        self.folder = folder
    }

    /// The place by the rules of the XDG Base Directory Specification.
    ///
    /// - Throws: ``CommandError`` if there is no home.
    init(environment: [String: String]) throws(CommandError) {
        let base: String
        // The specification says to leave a path out of account that is not absolute.
        if let chosen = environment["XDG_CONFIG_HOME"], chosen.hasPrefix("/") {
            base = chosen
        } else if let home = environment["HOME"], home.hasPrefix("/") {
            base = home + "/.config"
        } else {
            throw CommandError(
                .configuration,
                "There is no place for profiles. Set HOME or XDG_CONFIG_HOME."
            )
        }
        self.init(folder: base + "/muster")
    }

    /// The file of whoever runs the program.
    static var ofUser: ProfileFile {
        get throws(CommandError) {
            try ProfileFile(environment: ProcessInfo.processInfo.environment)
        }
    }

    /// Reads the profiles; none if there is no file.
    ///
    /// - Throws: ``CommandError`` where others may read or replace the file, or it makes no sense.
    func read() throws(CommandError) -> ProfileSet {
        try checkFolder()
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return ProfileSet() }
            throw unusable("cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw unusable("is no file")
        }
        guard status.st_uid == geteuid() else { throw unusable("belongs to somebody else") }
        guard status.st_mode & 0o077 == 0 else {
            throw unusable("may be read or written by others. Run chmod 600 on it")
        }
        guard status.st_size <= ProfileFile.maximumBytes else { throw unusable("is too large") }
        guard let bytes = try? Descriptor.read(descriptor, upTo: ProfileFile.maximumBytes),
            let profiles = ProfileSet(parsing: Data(bytes))
        else { throw unusable("is not what muster login writes. Remove it and log in again") }
        return profiles
    }

    /// Changes the profiles; of two commands at a time, neither loses what the other wrote.
    ///
    /// - Throws: ``CommandError`` where the file cannot be read or written.
    func update(_ change: (inout ProfileSet) -> Void) throws(CommandError) {
        try makeFolder()
        let lock = open(folder + "/profiles.lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard lock >= 0, flock(lock, LOCK_EX) == 0 else { throw unwritable }
        defer { close(lock) }
        var profiles = try read()
        change(&profiles)
        try write(profiles.bytes)
    }

    /// Replaces the file as a whole, so that a crash leaves the old one or the new one.
    private func write(_ bytes: [UInt8]) throws(CommandError) {
        var template = Array((folder + "/.profiles-XXXXXX").utf8CString)
        // mkstemp makes the file with mode 0600, whatever the umask.
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw unwritable }
        let temporary = String(
            decoding: template.dropLast().map(UInt8.init(bitPattern:)),
            as: UTF8.self
        )
        let isWritten =
            (try? Descriptor.write(bytes, to: descriptor)) != nil && fsync(descriptor) == 0
        guard close(descriptor) == 0, isWritten else {
            unlink(temporary)
            throw unwritable
        }
        guard rename(temporary, path) == 0 else {
            unlink(temporary)
            throw unwritable
        }
        // On a file system that cannot do this the file is there all the same.
        try? DurableFiles.sync(folder)
    }

    private func makeFolder() throws(CommandError) {
        do {
            try NewFolder.make(folder)
        } catch {
            throw CommandError(
                .configuration,
                NewFolder.failure("The folder \(folder)", folder)
                    + " Set XDG_CONFIG_HOME to a folder of yours."
            )
        }
        try checkFolder()
        guard chmod(folder, 0o700) == 0 else { throw unwritable }
    }

    private func checkFolder() throws(CommandError) {
        var status = stat()
        guard stat(folder, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid() else {
            throw CommandError(
                .configuration,
                "\(folder) is no folder of yours. Move it away, or set XDG_CONFIG_HOME to a folder of yours."
            )
        }
        guard status.st_mode & 0o022 == 0 else {
            throw CommandError(
                .configuration,
                "Others may write into the folder \(folder). Run: chmod 700 \(folder)"
            )
        }
    }

    private var unwritable: CommandError {
        CommandError(
            .configuration,
            "The profile cannot be written to \(path): \(String(cString: strerror(errno)))."
        )
    }

    private func unusable(_ reason: String) -> CommandError {
        CommandError(.configuration, "The file of profiles \(path) \(reason).")
    }
}
