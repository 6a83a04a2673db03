import Synchronization
import SystemCalls

/// Values of one kind, of which a thread mostly has one to itself: for what every request changes, and where any of them will do.
///
/// What all processors change goes from the caches of one to those of the other each time, and takes as long as some hundred
/// instructions on its way.
final class ThreadShards<Value: Sendable>: Sendable {
    private final class Shard: Sendable {
        let value: Mutex<Value>
        /// Keeps the next one's value out of the same line of the caches.
        let gap = InlineArray<8, UInt64>(repeating: 0)

        init(_ value: Value) {
            self.value = Mutex(value)
        }
    }

    private static var count: Int { 16 }

    private let shards: [Shard]

    /// Begins with values that are all the same.
    init(_ value: Value) {
        shards = (0..<Self.count).map { _ in Shard(value) }
    }

    /// What all threads have.
    var values: [Value] { shards.map { shard in shard.value.withLock { $0 } } }

    /// Lets `body` look at the present thread's value, and change it.
    func withLock<Result: Sendable>(_ body: (inout Value) -> Result) -> Result {
        shards[Self.placeOfThread].value.withLock { body(&$0) }
    }

    private static var placeOfThread: Int {
        // Threads lie at addresses some pages apart; the product's highest bits depend on all of theirs (Knuth, The Art of
        // Computer Programming, vol. 3, section 6.4: the golden ratio's).
        let page = UInt64(SystemThread.mark) >> 12
        return Int((page &* 0x9E37_79B9_7F4A_7C15) >> 60)
    }
}
