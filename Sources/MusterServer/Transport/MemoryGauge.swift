import Dispatch
import ServiceLifecycle
import Synchronization

/// Tells how much memory the connections of the process take, roughly.
final class MemoryGauge: Sendable {
    /// What a connection takes that does nothing, in bytes: its handlers, its task and its buffers.
    private static let connectionBytes = 16_384

    /// How many connections there are.
    let connections = Atomic<Int>(0)
    let budget: ArrivalBudget
    /// Who has how many of them.
    let shares: ConnectionShares

    init(_ budget: ArrivalBudget, shares: ConnectionShares) {
        self.budget = budget
        self.shares = shares
    }

    /// How many bytes are in use.
    var bytes: Int {
        connections.load(ordering: .relaxed) * Self.connectionBytes + budget.bytes
    }
}

/// Gives memory back to the system when a crowd has gone.
///
/// The allocator keeps what is free, for the next crowd, and in pieces between what is still in use.
struct MemoryReturn: Service {
    /// Bytes that are worth a walk through all of the process's free memory.
    private static let worth = 16 * 1_048_576
    private static let interval = Duration.seconds(5)
    /// Time for what is left of a crowd to be freed.
    private static let pause = DispatchTimeInterval.seconds(2)

    let gauge: MemoryGauge
    /// Called on a thread of its own.
    let giveBack: @Sendable () -> Void

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            var crowd = Crowd(worth: Self.worth)
            while true {
                try await Task.sleep(for: Self.interval)
                guard crowd.hasGone(gauge.bytes) else { continue }
                let later = DispatchTime.now() + Self.pause
                DispatchQueue.global(qos: .utility).asyncAfter(deadline: later, execute: giveBack)
            }
        }
    }
}

/// Finds out when a crowd has come and gone, by what is in use now and then.
struct Crowd {
    private let worth: Int
    private var most = 0

    init(worth: Int) {
        self.worth = worth
    }

    /// Takes what is in use, and says whether so much less is than before that the difference is worth giving back.
    mutating func hasGone(_ bytes: Int) -> Bool {
        most = max(most, bytes)
        guard most - bytes >= worth, bytes <= most / 2 else { return false }
        most = bytes
        return true
    }
}
