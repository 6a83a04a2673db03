import Dispatch
import MusterCore

/// What the system tells of disk and process.
struct MachineFigures: Sendable {
    /// Where the system is asked: a disk that does not answer holds up nobody but the collector.
    private static let queue = DispatchQueue(label: "metrics", qos: .utility)

    let freeBytes: Int64?
    let store: StoreFigures?
    let process: ProcessFigures

    /// What the system tells of the disk alone, asked on a thread that serves nobody.
    static func ofStore(
        _ directory: Directory
    ) async -> (freeBytes: Int64?, files: StoreFigures?) {
        await withCheckedContinuation { done in
            queue.async {
                let store = directory.store
                done.resume(
                    returning: (store.freeBytes, (store as? any MeasuredStore)?.figures)
                )
            }
        }
    }

    /// Asks the system, on a thread that serves nobody.
    static func now(
        _ directory: Directory,
        _ process: @escaping @Sendable () -> ProcessFigures
    ) async -> MachineFigures {
        await withCheckedContinuation { done in
            queue.async {
                done.resume(
                    returning: MachineFigures(
                        freeBytes: directory.store.freeBytes,
                        store: (directory.store as? any MeasuredStore)?.figures,
                        process: process()
                    )
                )
            }
        }
    }
}
