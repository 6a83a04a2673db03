import CSodium
public import MusterCore

/// The operating system's random bytes, through libsodium.
public struct SystemRandom: RandomSource {
    /// There is one source.
    public init() {
        _ = sodium_init()
    }

    /// Returns `count` random bytes of cryptographic quality.
    public func bytes(_ count: Int) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: count)
        randombytes_buf(&output, count)
        return output
    }
}
