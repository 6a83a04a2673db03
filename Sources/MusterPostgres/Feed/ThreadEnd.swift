import Dispatch

/// Tells that a thread has ended.
struct ThreadEnd: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    /// Tells it; by the thread.
    func signal() { semaphore.signal() }

    /// Waits for it; by one other.
    func wait() { semaphore.wait() }
}
