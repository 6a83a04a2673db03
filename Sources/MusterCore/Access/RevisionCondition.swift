import Synchronization

/// At which revision alone a caller wants its change to be made, and which one the change has led to.
///
/// Both are judged and read in the transaction of the change, so that nobody is told a revision which holds what it
/// has not seen.
public final class RevisionCondition: Sendable {
    /// The revision that the caller has seen last, nil if any will do.
    ///
    /// A change is made only if it is still the present one.
    public let expected: Int64?

    private let present = Mutex<Int64?>(nil)

    /// Builds a condition.
    public init(expected: Int64? = nil) {
        self.expected = expected
    }

    /// The revision after the last change that was made under this condition; nil before the first.
    public var reached: Int64? { present.withLock { $0 } }

    /// Keeps the revision after a change.
    func note(_ revision: Int64) {
        present.withLock { $0 = revision }
    }
}
