import Synchronization

/// A sum to which threads add.
final class Tally: Sendable {
    private let counted = Atomic(0)

    var sum: Int { counted.load(ordering: .relaxed) }

    func add(_ count: Int) {
        counted.wrappingAdd(count, ordering: .relaxed)
    }
}
