import CProcessSetup
import NIOCore
import NIOPosix

/// Lets tasks run on the threads that read and write the connections.
///
/// By default Swift runs tasks on threads of its own, so that each request would cross from one thread to
/// another and back; with one processor a thread, that costs more than the request itself.
enum EventLoopExecutor {
    /// Installs the event loops as the place where tasks run; without effect where that is not to be had.
    ///
    /// SwiftNIO looks for the runtime's variable by its name, which a program has no more that has the runtime in it: there it
    /// is set here, to do the same.
    ///
    /// - Returns: Whether tasks run there from now on.
    @discardableResult
    static func install() -> Bool {
        if NIOSingletons.unsafeTryInstallSingletonPosixEventLoopGroupAsConcurrencyGlobalExecutor() {
            return true
        }
        // Swift's own name for a part of a task is a pointer to it and nothing else (SE-0392).
        guard MemoryLayout<UnownedJob>.size == MemoryLayout<UnsafeMutableRawPointer>.size else {
            return false
        }
        return cprocess_take_tasks { job in
            guard let job else { return }
            let part = unsafeBitCast(job, to: UnownedJob.self)
            // The loop that the calling thread is, if it is one.
            MultiThreadedEventLoopGroup.singleton.any().executor.enqueue(
                ExecutorJob(part)
            )
        } == 0
    }
}
