/// Finds where a message ends in a stream of bytes, before its content has arrived.
public enum LDAPFrame: Sendable, Equatable {
    /// More bytes are needed to know.
    case incomplete
    /// A message of so many bytes, its own tag and length included.
    case complete(Int)
    /// No message.
    case malformed(String)
    /// A message longer than is taken.
    case tooLong

    /// Looks at the beginning of a stream.
    ///
    /// - Parameters:
    ///   - bytes: The first bytes that have arrived: all of them, or ten at least.
    ///   - limit: The most bytes that a message may have.
    ///   - available: How many bytes have arrived.
    public init(_ bytes: ArraySlice<UInt8>, limit: Int, available: Int) {
        guard let tag = bytes.first else {
            self = .incomplete
            return
        }
        guard tag == BERTag.sequence else {
            self = .malformed("a message begins with no sequence")
            return
        }
        switch BERLength(bytes.dropFirst()) {
        case .incomplete: self = .incomplete
        case .malformed(let reason): self = .malformed(reason)
        case .known(let length, let size):
            let total = 1 + size + length
            // Known to be too long before a byte of it is kept.
            guard total <= limit else {
                self = .tooLong
                return
            }
            self = available >= total ? .complete(total) : .incomplete
        }
    }
}
