import MusterCore
import Synchronization

/// Numbers requests: 32 hexadecimal digits, drawn at random, so that nobody can tell from some of them how many
/// there were, nor which one comes next.
final class RequestIDs: Sendable {
    private static let idBytes = 16
    /// How many are drawn at a time: a call of the system costs as much as many of them.
    private static let blockSize = 64

    private let random: any RandomSource
    private let drawn = Mutex<ArraySlice<UInt8>>([])

    init(random: any RandomSource) {
        self.random = random
    }

    func next() -> String {
        let id = drawn.withLock { drawn in
            if drawn.isEmpty { drawn = random.bytes(Self.idBytes * Self.blockSize)[...] }
            defer { drawn.removeFirst(Self.idBytes) }
            return drawn.prefix(Self.idBytes)
        }
        return Hex.text(id)
    }
}
