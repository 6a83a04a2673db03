import Synchronization

/// Counts operations that were answered since the program began, by their kind and the code of the answer.
///
/// Kinds and codes are numbers of a protocol, which alone knows their names. Counting is one addition and takes no lock.
public final class OperationTally: Sendable {
    /// How many kinds there may be.
    public static let kinds = 8
    /// How many codes there may be.
    public static let codes = 128

    /// A number for each pair of kind and code.
    private let counts = InlineArray<1024, Atomic<UInt64>> { _ in Atomic(0) }

    /// Begins at nothing.
    public init() {}

    /// Counts one; numbers beyond the bounds are passed over.
    public func note(kind: Int, code: Int) {
        guard let place = OperationTally.place(kind, code) else { return }
        counts[place].wrappingAdd(1, ordering: .relaxed)
    }

    /// How many there were; none beyond the bounds.
    public func count(kind: Int, code: Int) -> UInt64 {
        OperationTally.place(kind, code).map { counts[$0].load(ordering: .relaxed) } ?? 0
    }

    private static func place(_ kind: Int, _ code: Int) -> Int? {
        guard (0..<kinds).contains(kind), (0..<codes).contains(code) else { return nil }
        return kind * codes + code
    }
}
