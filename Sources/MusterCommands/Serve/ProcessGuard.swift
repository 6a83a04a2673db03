import CProcessSetup
import FoundationEssentials
import SystemCalls

/// What holds for the process as a whole, set before anything else happens in it.
public enum ProcessGuard {
    /// Sets all of it.
    ///
    /// - Files that are made are their owner's alone, whoever makes them and however.
    /// - A terminal that closes ends no server; SIGHUP asks a running one to read its certificate again, and may come
    ///   before it listens for that.
    /// - A pipe that nobody reads, or a file that may grow no further, is an error of the one write and no end of the
    ///   process.
    /// - The memory, in which keys and passwords are, is written to no core file, and no other process of the same user
    ///   can read it.
    /// - Descriptors 0 to 2 are taken, so that what is said to standard error never goes into a file of the directory;
    ///   what is written to one that was closed fails, and is not lost in silence.
    public static func set() {
        fillStandardDescriptors()
        if CommandLine.arguments.dropFirst().first == ServeCommand.name { signal(SIGHUP, SIG_IGN) }
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
        umask(0o077)
        _ = ResourceLimit.set(.coreBytes, to: 0)
        _ = cprocess_forbid_dumps()
    }

    /// The environment as it was handed over, `NAME=value`, doubles and all.
    static func environment() -> [String] {
        var entries: [String] = []
        guard var next = cprocess_environment() else { return [] }
        while let entry = next.pointee {
            entries.append(String(cString: entry))
            next += 1
        }
        return entries
    }

    private static func fillStandardDescriptors() {
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 {
            // The lowest number that is free, which is this one. Nothing can be written to what is open for reading.
            guard open("/dev/null", O_RDONLY) == descriptor else { return }
        }
    }
}

/// What the system lets this process have.
enum ResourceLimit {
    /// A kind of limit (getrlimit(2)).
    enum Kind {
        /// Descriptors: files, connections, sockets.
        case descriptors
        /// Bytes of a core file.
        case coreBytes
    }

    /// The limit in force, and how far the process may raise it itself; nil if the system does not say.
    static func get(_ kind: Kind) -> (now: Int, most: Int)? {
        var limit = rlimit()
        guard getrlimit(resource(kind), &limit) == 0 else { return nil }
        return (Int(clamping: limit.rlim_cur), Int(clamping: limit.rlim_max))
    }

    /// Sets the limit, and how far it may be raised again to the same where it is lower than before.
    static func set(_ kind: Kind, to value: Int) -> Bool {
        var limit = rlimit()
        guard getrlimit(resource(kind), &limit) == 0 else { return false }
        limit.rlim_cur = rlim_t(value)
        if kind == .coreBytes { limit.rlim_max = rlim_t(value) }
        return setrlimit(resource(kind), &limit) == 0
    }

    #if os(Linux)
    private static func resource(_ kind: Kind) -> __rlimit_resource_t {
        switch kind {
        case .descriptors: __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        case .coreBytes: __rlimit_resource_t(RLIMIT_CORE.rawValue)
        }
    }
    #else
    private static func resource(_ kind: Kind) -> Int32 {
        switch kind {
        case .descriptors: RLIMIT_NOFILE
        case .coreBytes: RLIMIT_CORE
        }
    }
    #endif
}
