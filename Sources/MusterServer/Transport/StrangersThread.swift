import Dispatch

/// Does what long bodies of strangers ask for, one at a time.
///
/// To read 16 KiB takes as long as some ten look-ups. On the threads that do everything else, a crowd that sends such
/// bodies would take most of the machine; here it makes itself wait. Logins as people send them are shorter than what
/// counts as long (``ArrivalShare/free``).
final class StrangersThread: TaskExecutor {
    /// The one for all strangers.
    static let shared = StrangersThread()

    private let queue = DispatchQueue(label: "long bodies of strangers", qos: .utility)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
