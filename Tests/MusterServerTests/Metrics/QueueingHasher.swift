import MusterCore
import MusterTesting

/// A hasher with a queue in which three passwords wait.
struct QueueingHasher: WrappingHasher {
    let hasher = InstantHasher()
    let isFull: Bool

    var figures: HashingFigures {
        var waits = DurationCounts()
        waits.add(1_000_000)
        return HashingFigures(
            queues: [HashingFigures.Queue(name: "own", waiting: 3, places: 64, waits: waits)]
        )
    }
}
