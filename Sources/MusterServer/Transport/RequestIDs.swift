import MusterCore

/// Numbers requests: 32 hexadecimal digits, drawn at random, so that nobody can tell from some of them how many
/// there were, nor which one comes next.
final class RequestIDs: Sendable {
    private static let idBytes = 16
    /// How many are drawn at a time: a call of the system costs as much as many of them.
    private static let blockSize = 64

    /// What was drawn, and how much of it was given out.
    private struct Drawn: Sendable {
        var bytes: [UInt8] = []
        var place = 0
    }

    private let random: any RandomSource
    private let drawn = ThreadShards(Drawn())

    init(random: any RandomSource) {
        self.random = random
    }

    func next() -> String {
        // The text is made beside the lock: what was drawn is given out whole, and stays as it is.
        let (bytes, place) = drawn.withLock { drawn in
            if drawn.place == drawn.bytes.count {
                drawn.bytes = random.bytes(Self.idBytes * Self.blockSize)
                drawn.place = 0
            }
            defer { drawn.place += Self.idBytes }
            return (drawn.bytes, drawn.place)
        }
        return bytes.withUnsafeBufferPointer { bytes in
            Hex.text(UnsafeBufferPointer(rebasing: bytes[place..<place + Self.idBytes]))
        }
    }
}
