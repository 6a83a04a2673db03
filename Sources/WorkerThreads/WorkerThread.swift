import SystemCalls

/// A thread that does what takes long, behind those that serve everybody.
///
/// Threads of Dispatch's concurrent queues will not do: those of one quality of service share as many threads as there
/// are processors, whatever queue they are for, so that two kinds of work can take all of them from a third.
public enum WorkerThread {
    /// What a thread is for.
    public enum Kind: Int, Sendable {
        // From 1: 0 is what a thread has that was never told.
        /// Reads of a store that look through much of it.
        case reads = 1
        /// Lists that are written as they are read.
        case lists
        /// Copies of a whole store, and looks at all of it.
        case backups
        /// Imports: their lines, not what they write.
        case imports
    }

    /// The nice value, by which every thread of normal priority goes first, as those that hash do.
    private static let nice: CInt = 10
    /// Where each thread keeps what it is for.
    private static let place: pthread_key_t? = {
        var key = pthread_key_t()
        return pthread_key_create(&key, nil) == 0 ? key : nil
    }()

    /// What the calling thread is for; nil if it is none of these.
    public static var current: Kind? {
        guard let place, let kept = pthread_getspecific(place) else { return nil }
        return Kind(rawValue: Int(bitPattern: kept))
    }

    /// Starts a thread, which lives as long as `body` runs.
    ///
    /// - Returns: Whether it was started, as ``SystemCalls/SystemThread/start(_:_:)`` says it.
    @discardableResult
    public static func start(
        _ name: String,
        _ kind: Kind,
        _ body: @escaping @Sendable () -> Void
    ) -> Bool {
        SystemThread.start(name) {
            if let place { pthread_setspecific(place, UnsafeRawPointer(bitPattern: kind.rawValue)) }
            #if canImport(Glibc)
            // On Linux the nice value is a thread's own (setpriority(2), "C library/kernel differences").
            _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, nice)
            #endif
            body()
        }
    }

    /// Starts a thread that others rely on, as ``SystemCalls/SystemThread/startSurely(_:_:)`` does.
    public static func startSurely(
        _ name: String,
        _ kind: Kind,
        _ body: @escaping @Sendable () -> Void
    ) {
        SystemThread.insist { start(name, kind, body) }
    }
}
