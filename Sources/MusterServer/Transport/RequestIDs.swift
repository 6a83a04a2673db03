import MusterCore
import Synchronization

/// Numbers requests: 32 hexadecimal digits, never the same twice, not even after a restart.
final class RequestIDs: Sendable {
    private let prefix: String
    private let count = Atomic<UInt64>(0)

    /// Draws the part that tells this run of the server from others.
    init(random: any RandomSource) {
        prefix = Hex.text(random.bytes(8))
    }

    func next() -> String {
        let number = count.wrappingAdd(1, ordering: .relaxed).newValue
        return withUnsafeBytes(of: number.bigEndian) { prefix + Hex.text($0) }
    }
}
