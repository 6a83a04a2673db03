#if canImport(Glibc)
import Glibc
#endif

/// The scheduling priority of the calling thread.
enum ThreadPriority: CInt {
    /// Lets every thread of normal priority go first.
    case hashing = 10
    /// Gets about half of what a thread that hashes gets where there are fewer processors than threads: each step
    /// of the nice value is worth a tenth, as sched(7) has it, "the nice value".
    case dearHashing = 13

    /// Gives the calling thread this priority.
    ///
    /// On Linux the nice value is a thread's own (setpriority(2), "C library/kernel differences").
    func take() {
        #if canImport(Glibc)
        _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, rawValue)
        #endif
    }
}
