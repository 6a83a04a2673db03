#if canImport(Glibc)
import Glibc
#endif

/// The scheduling priority of the calling thread.
enum ThreadPriority {
    /// Lets every thread of normal priority go first.
    ///
    /// On Linux the nice value is a thread's own (setpriority(2), "C library/kernel differences").
    static func lowerOwn() {
        #if canImport(Glibc)
        _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
        #endif
    }
}
