import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// Shows a service manager that the server is alive, as long as it is, and tells it of the end.
struct ServiceManagerWatch: Service {
    let manager: ServiceManager
    let logger: Logger

    func run() async throws {
        await withGracefulShutdownHandler {
            await cancelWhenGracefulShutdown { await showLife() }
        } onGracefulShutdown: {
            manager.tell("STOPPING=1\nSTATUS=Finishing what was begun")
        }
    }

    /// Says so twice in the time that the manager waits, each time after every event loop has answered.
    private func showLife() async {
        guard let interval = manager.watchdogInterval else {
            // A service that came back would end the others.
            try? await gracefulShutdown()
            return
        }
        while (try? await Task.sleep(for: interval)) != nil {
            for loop in MultiThreadedEventLoopGroup.singleton.makeIterator() {
                try? await loop.submit {}.get()
            }
            if !manager.tell("WATCHDOG=1") {
                logger.warning(
                    "the service manager does not hear",
                    metadata: ["variable": "NOTIFY_SOCKET"]
                )
            }
        }
    }
}
