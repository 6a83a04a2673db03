import CSodium
public import MusterCore

/// Seals with XChaCha20-Poly1305 under a key derived from the master key.
public struct SodiumSealer: Sealer {
    private let key: [UInt8]

    /// Derives the key.
    public init(_ master: MasterKey) {
        key = master.derived(1, count: Int(crypto_aead_xchacha20poly1305_ietf_KEYBYTES))
    }

    /// Encrypts with a new random nonce, which is the first part of the box.
    public func seal(_ plaintext: [UInt8], context: String) -> [UInt8] {
        let nonce = SystemRandom().bytes(Int(crypto_aead_xchacha20poly1305_ietf_NPUBBYTES))
        let overhead = Int(crypto_aead_xchacha20poly1305_ietf_ABYTES)
        var box = [UInt8](repeating: 0, count: plaintext.count + overhead)
        var length: UInt64 = 0
        let bound = Array(context.utf8)
        _ = crypto_aead_xchacha20poly1305_ietf_encrypt(
            &box,
            &length,
            plaintext,
            UInt64(plaintext.count),
            bound,
            UInt64(bound.count),
            nil,
            nonce,
            key
        )
        return nonce + box
    }

    /// Opens a box that was sealed under the same key and context.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func open(_ box: [UInt8], context: String) throws(MusterError) -> [UInt8] {
        let nonceLength = Int(crypto_aead_xchacha20poly1305_ietf_NPUBBYTES)
        let overhead = Int(crypto_aead_xchacha20poly1305_ietf_ABYTES)
        let failure = MusterError(
            .storeUnavailable,
            "A sealed value cannot be opened: the master key is another one, or the value was altered."
        )
        guard box.count >= nonceLength + overhead else { throw failure }
        let nonce = Array(box[..<nonceLength])
        let sealed = Array(box[nonceLength...])
        var plaintext = [UInt8](repeating: 0, count: sealed.count - overhead)
        var length: UInt64 = 0
        let bound = Array(context.utf8)
        let status = crypto_aead_xchacha20poly1305_ietf_decrypt(
            &plaintext,
            &length,
            nil,
            sealed,
            UInt64(sealed.count),
            bound,
            UInt64(bound.count),
            nonce,
            key
        )
        guard status == 0 else { throw failure }
        return plaintext
    }
}
