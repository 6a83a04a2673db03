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
    /// SwiftNIO has the like for runtimes that are no part of the program, and runs what it is given as its loop's own. Then each
    /// call of a function that may run anywhere, and each return from one, is handed to the loop again: fifty times for
    /// the creation of a user. Here it is run as what may run anywhere, and goes on where it is.
    ///
    /// - Returns: Whether tasks run there from now on.
    @discardableResult
    static func install() -> Bool {
        let isInstalled =
            cprocess_take_tasks { job in
                let part = UInt(bitPattern: job)
                // The loop that the calling thread is, if it is one.
                MultiThreadedEventLoopGroup.singleton.any().execute {
                    cprocess_run_task(UnsafeMutableRawPointer(bitPattern: part))
                }
            } == 0
        return isInstalled
            || NIOSingletons.unsafeTryInstallSingletonPosixEventLoopGroupAsConcurrencyGlobalExecutor()
    }
}
