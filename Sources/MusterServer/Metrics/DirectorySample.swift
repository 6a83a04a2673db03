import Logging
import MusterCore
import Synchronization

/// How many users and sessions there are, counted now and then: a collector asks for what was counted last, and makes
/// nobody count.
final class DirectorySample: Sendable {
    /// What was counted.
    struct Counts: Sendable, Equatable {
        var users: Int
        var sessions: Int
    }

    /// How long a count holds.
    private static let interval = Duration.seconds(30)

    private let directory: Directory
    private let counted = Mutex<Counts?>(nil)

    init(_ directory: Directory) {
        self.directory = directory
    }

    /// What was counted last; nil before the first count, and after one that failed.
    var last: Counts? { counted.withLock { $0 } }

    /// Counts until its task is cancelled.
    func run() async {
        while !Task.isCancelled {
            await count()
            await directory.clock.wait(for: DirectorySample.interval)
        }
    }

    /// Counts once, on the store's threads for what goes through much of the directory.
    func count() async {
        let counts = try? await directory.store.read(.unbounded) { reader throws(MusterError) in
            Counts(users: try reader.userCount(), sessions: try reader.sessionCount(of: nil))
        }
        counted.withLock { $0 = counts }
    }
}
