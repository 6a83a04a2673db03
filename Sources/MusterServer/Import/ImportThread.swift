import Dispatch

/// Runs the work of imports away from the threads that serve requests.
///
/// To read a megabyte of lines takes some tens of milliseconds, in which an event loop would answer nobody.
final class ImportThread: TaskExecutor {
    /// The one for all imports: two at a time get half of it each.
    static let shared = ImportThread("import")
    /// Those that check lines meanwhile.
    static let checkers = [ImportThread("import checks 1"), ImportThread("import checks 2")]

    private let queue: DispatchQueue

    private init(_ label: String) {
        queue = DispatchQueue(label: label, qos: .utility)
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
