import NIOCore
import NIOPosix

/// Lets tasks run on the threads that read and write the connections.
///
/// By default Swift runs tasks on threads of its own, so that each request would cross from one thread to
/// another and back; with one processor a thread, that costs more than the request itself.
enum EventLoopExecutor {
    /// Installs the event loops as the place where tasks run; without effect where that is not to be had.
    static func install() {
        _ = NIOSingletons.unsafeTryInstallSingletonPosixEventLoopGroupAsConcurrencyGlobalExecutor()
    }
}
