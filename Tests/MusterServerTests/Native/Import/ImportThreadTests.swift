import Dispatch
import MusterCore
import Synchronization
import Testing

@testable import MusterServer

@Suite("The threads of imports", .timeLimit(.minutes(10)))
struct ImportThreadTests {
    /// What was done, in its order.
    private final class Order: Sendable {
        private let words = Mutex<[String]>([])

        var all: [String] { words.withLock { $0 } }

        func note(_ word: String) { words.withLock { $0.append(word) } }
    }

    private static func hold(until gate: DispatchSemaphore) {
        gate.wait()
    }

    @Test("callers take turns, with however many imports each comes")
    func turns() async {
        let thread = ImportThread("test")
        let gate = DispatchSemaphore(value: 0)
        let order = Order()
        let busy = Task(executorPreference: thread.lane(for: UserID(rawValue: 7))) {
            Self.hold(until: gate)
        }
        // Each import has a lane, as those of a route have.
        var tasks = (1...20).map { number in
            Task(executorPreference: thread.lane(for: UserID(rawValue: 7))) {
                order.note("eager \(number)")
            }
        }
        tasks.append(
            Task(executorPreference: thread.lane(for: UserID(rawValue: 8))) {
                order.note("other")
            }
        )
        gate.signal()
        for task in tasks { await task.value }
        await busy.value
        let done = order.all
        #expect(done.count == 21)
        #expect(done.prefix(2).contains("other"), "\(done)")
        let eager = done.filter { $0 != "other" }
        #expect(eager == (1...20).map { "eager \($0)" })
    }
}
