public import MusterCore
import Synchronization

/// Random bytes that are the same in every run.
///
/// SplitMix64 (Steele, Lea and Flood 2014): evenly spread, and of no use for real keys.
public final class SeededRandom: RandomSource {
    private let state: Mutex<UInt64>

    /// Begins the sequence of a seed.
    public init(seed: UInt64 = 1) {
        state = Mutex(seed)
    }

    /// Returns the next `count` bytes of the sequence.
    public func bytes(_ count: Int) -> [UInt8] {
        state.withLock { state in
            var output: [UInt8] = []
            output.reserveCapacity(count + 8)
            while output.count < count {
                withUnsafeBytes(of: SeededRandom.next(&state).littleEndian) { output += $0 }
            }
            return Array(output.prefix(count))
        }
    }

    private static func next(_ state: inout UInt64) -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }
}
