import FoundationEssentials
import Synchronization

/// Gives new users random UUIDs of version 4, of which those that are made one after the other begin alike.
///
/// Each is the key of two entries, of the user and of the record that it was made, and wholly random ones would lie on as many
/// pages of each index as there are users, of which each is written for one entry. Nobody can guess them: beside the
/// beginning, version and variant 90 bits are random.
final class UUIDRun: Sendable {
    /// After how many the beginning is another one: those have two or three pages of an index.
    static let length = 256

    private struct State {
        var beginning: [UInt8] = []
        /// How many will begin so.
        var left = 0
    }

    private let state = Mutex(State())

    /// The next one.
    func next(from source: any RandomSource) -> UUID {
        let bytes = source.bytes(16)
        return state.withLock { state in
            if state.left == 0 {
                state = State(
                    beginning: Array(bytes.prefix(UUID.beginningBytes)),
                    left: UUIDRun.length
                )
            }
            state.left -= 1
            return UUID.version4(bytes, beginning: state.beginning)
        }
    }
}
