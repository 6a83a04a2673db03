import HummingbirdCore
import Logging
import NIOCore

/// Handles a connection's requests on the thread that reads and writes its bytes.
///
/// A request that is handled on another thread goes there and back several times, and each time pushes aside a
/// thread that hashes: that cost one password check in twenty. What may take long goes ``Elsewhere``.
struct LoopBoundChannel<Base: ServerChildChannel>: ServerChildChannel {
    let base: Base

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Base.Value> {
        base.setup(channel: channel, logger: logger)
    }

    func handle(value: Base.Value, logger: Logger) async {
        await withTaskExecutorPreference(LoopExecutor(value.channel.eventLoop)) {
            await base.handle(value: value, logger: logger)
        }
    }
}

/// Runs tasks on an event loop.
private final class LoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(_ loop: any EventLoop) {
        self.loop = loop
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

/// Where calls go that may take long, so that none keeps an event loop from its other connections.
enum Elsewhere {
    /// The largest body, in bytes, that is read on an event loop, well below a millisecond's work.
    static let shortBody = 16_384

    /// The threads that all tasks share.
    static var executor: any TaskExecutor { globalConcurrentExecutor }
}
