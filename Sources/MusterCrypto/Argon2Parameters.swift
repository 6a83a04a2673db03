public import MusterCore

/// How much work a password's hash costs.
public struct Argon2Parameters: Sendable, Equatable {
    /// Memory in KiB.
    ///
    /// OWASP Password Storage Cheat Sheet, 2025: 19 MiB with two passes.
    public let kibibytes: Int
    /// Passes over the memory.
    public let iterations: Int

    /// OWASP Password Storage Cheat Sheet, 2025: m=19456 (19 MiB), t=2, p=1.
    public static let recommended = Argon2Parameters(trustedKibibytes: 19_456, iterations: 2)

    private init(trustedKibibytes kibibytes: Int, iterations: Int) {
        self.kibibytes = kibibytes
        self.iterations = iterations
    }

    /// Checks parameters: 1024 KiB to 4 GiB of memory, 1 to 100 passes.
    ///
    /// One lane always, as libsodium has it.
    ///
    /// - Throws: ``MusterError`` with code `setting.invalid`.
    public init(kibibytes: Int, iterations: Int) throws(MusterError) {
        guard (1024...4_194_304).contains(kibibytes) else {
            throw MusterError(
                .settingInvalid,
                "password.argon2.kibibytes must be from 1024 to 4194304, not \(kibibytes)."
            )
        }
        guard (1...100).contains(iterations) else {
            throw MusterError(
                .settingInvalid,
                "password.argon2.iterations must be from 1 to 100, not \(iterations)."
            )
        }
        self.kibibytes = kibibytes
        self.iterations = iterations
    }

    var memoryBytes: Int { kibibytes * 1024 }
}
