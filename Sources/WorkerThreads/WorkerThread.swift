import Foundation

#if canImport(Glibc)
import Glibc
#endif

/// A thread that does what takes long, behind those that serve everybody.
///
/// Threads of Dispatch's concurrent queues will not do: those of one quality of service share as many threads as there
/// are processors, whatever queue they are for, so that two kinds of work can take all of them from a third.
public enum WorkerThread {
    /// What a thread is for.
    public enum Kind: Sendable {
        /// Reads of a store that look through much of it.
        case reads
        /// Lists that are written as they are read.
        case lists
    }

    /// The nice value, by which every thread of normal priority goes first, as those that hash do.
    private static let nice: CInt = 10
    private static let kind = "kind of work"

    /// What the calling thread is for; nil if it is none of these.
    public static var current: Kind? { Thread.current.threadDictionary[kind] as? Kind }

    /// Starts a thread, which lives as long as `body` runs.
    public static func start(
        _ name: String,
        _ kind: Kind,
        _ body: @escaping @Sendable () -> Void
    ) {
        let thread = Thread {
            Thread.current.threadDictionary[Self.kind] = kind
            #if canImport(Glibc)
            // On Linux the nice value is a thread's own (setpriority(2), "C library/kernel differences").
            _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, nice)
            #endif
            body()
        }
        thread.name = name
        thread.start()
    }
}
