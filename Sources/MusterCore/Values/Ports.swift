/// Tells the time.
///
/// A port, so that tests hold it still.
public protocol DirectoryClock: Sendable {
    /// The present moment.
    func now() -> Timestamp

    /// How much time has gone by since a moment that is the clock's own, more finely than ``now()``. It does not go back
    /// when the clock is set.
    var elapsed: Duration { get }

    /// Lets the caller wait, without a thread; returns early if its task is cancelled.
    func wait(for duration: Duration) async
}

extension DirectoryClock {
    /// By the present moment, for clocks that nobody sets.
    public var elapsed: Duration { now().since(Timestamp(rawValue: 0)) }
}

/// Gives random bytes fit for keys and tokens.
///
/// A port, so that tests can repeat a run.
public protocol RandomSource: Sendable {
    /// Returns `count` random bytes of cryptographic quality.
    func bytes(_ count: Int) -> [UInt8]
}

/// Computes the digests under which secrets are kept.
public protocol Digester: Sendable {
    /// SHA-256 (FIPS 180-4) of `bytes`. For secrets of full entropy: keys and tokens of 256 random bits.
    func digest(_ bytes: some Sequence<UInt8>) -> Digest

    /// HMAC-SHA-256 (RFC 2104) of `bytes` under the server's own key. For secrets that could be guessed
    /// from a plain digest, such as six-digit codes.
    func keyedDigest(_ bytes: some Sequence<UInt8>) -> Digest
}

extension Digester {
    /// The digest of a secret text's UTF-8.
    func digest(of secret: Secret<String>) -> Digest {
        secret.withExposedValue { digest($0.utf8) }
    }
}

/// Seals small texts that have to be read again, such as phone numbers, under the server's own key.
public protocol Sealer: Sendable {
    /// Encrypts and authenticates `plaintext`, bound to `context`.
    func seal(_ plaintext: [UInt8], context: String) -> [UInt8]

    /// Opens what ``seal(_:context:)`` made with the same context.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable` when the box was made with another key or
    ///   context, or was altered.
    func open(_ box: [UInt8], context: String) throws(MusterError) -> [UInt8]
}

/// A 256-bit digest.
///
/// Compared in constant time only.
public struct Digest: Sendable {
    /// How many bytes there are.
    public static let byteCount = 32

    /// The 32 bytes.
    public let bytes: [UInt8]

    /// Wraps the bytes of a digest.
    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Whether both digests are the same, found in a time that does not depend on where they differ.
    public func matches(_ other: Digest) -> Bool {
        guard bytes.count == other.bytes.count else { return false }
        var difference: UInt8 = 0
        for index in bytes.indices {
            difference |= bytes[index] ^ other.bytes[index]
        }
        return difference == 0
    }
}
