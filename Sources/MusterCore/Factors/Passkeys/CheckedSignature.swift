/// Whether the signature of an assertion is that of a key, found out before the change that decides on it.
///
/// To verify a signature takes as long as many statements of a change, and all other changes wait for the one that is made. What
/// is found depends on the assertion's bytes and on the key alone, so that a change which finds another key verifies again.
struct CheckedSignature: Sendable {
    private let publicKey: [UInt8]
    private let isRight: Bool

    init(publicKey: [UInt8], isRight: Bool) {
        self.publicKey = publicKey
        self.isRight = isRight
    }

    /// What was found; nil for another key than the one that was asked about.
    func verdict(under publicKey: [UInt8]) -> Bool? {
        publicKey == self.publicKey ? isRight : nil
    }
}
