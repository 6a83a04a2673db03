import FoundationEssentials
import TextBytes

/// A user's public key, checked and in its only form.
public struct SSHPublicKey: Sendable, Hashable {
    /// The kind.
    public let type: SSHKeyType
    /// The blob as base64, without type word and comment.
    public let text: String
    /// The blob.
    public let blob: [UInt8]

    /// The longest text that is read, in bytes.
    static let maximumTextLength = 16_384

    /// Takes a key that was checked before it was stored.
    public init(stored type: SSHKeyType, blob: [UInt8]) {
        self.type = type
        self.blob = blob
        text = Data(blob).base64EncodedString()
    }

    /// Checks a key against a policy.
    ///
    /// - Parameters:
    ///   - line: The bare base64 of the blob, or a line `type base64 comment` as in a `.pub` file.
    ///   - policy: What keys have to be.
    /// - Throws: ``MusterError`` with code `ssh_key.invalid`, which says what is wrong and what to do.
    public init(_ line: String, policy: SSHKeyPolicy) throws(MusterError) {
        self = try SSHPublicKey(unchecked: line)
        try policy.check(self)
    }

    /// Reads a key without asking whether it is any good; enough to find one that is to be removed.
    ///
    /// - Throws: ``MusterError`` with code `ssh_key.invalid` where the text is no public key at all.
    public init(unchecked line: String) throws(MusterError) {
        let words = try SSHPublicKey.words(line)
        let base64 = words.count == 1 ? words[0] : words[1]
        guard let data = Data(base64Encoded: base64), data.base64EncodedString() == base64 else {
            throw SSHPublicKey.refusal("is not base64 in its standard form, with padding")
        }
        var fields = SSHKeyBlob([UInt8](data))
        let name = try fields.string()
        guard let type = SSHKeyType.allCases.first(where: { name.elementsEqual($0.rawValue.utf8) })
        else { throw SSHPublicKey.refusal(SSHPublicKey.reason(forType: name)) }
        guard words.count == 1 || words[0].hasSameBytes(as: type.rawValue) else {
            throw SSHPublicKey.refusal(SSHPublicKey.reason(forWord: words[0], type))
        }
        self.init(stored: type, blob: [UInt8](data))
    }

    /// Splits a line into its base64, or its type word and base64, and refuses whatever is not a `.pub` line.
    private static func words(_ line: String) throws(MusterError) -> [String] {
        guard line.utf8.count <= maximumTextLength else { throw refusal("is longer than 16 KiB") }
        let bytes = Array(line.utf8)
        if bytes.holds("PRIVATE KEY") {
            throw refusal(
                "is a PRIVATE key, which must stay with its owner: replace it, then add its .pub file"
            )
        }
        if ["-----BEGIN", "---- BEGIN", "PuTTY"].contains(where: { bytes.starts(with: $0.utf8) }) {
            throw refusal("is in another format; convert it with: ssh-keygen -i -f FILE")
        }
        let body = bytes.trimmingASCIIBlanks
        guard body.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
            throw refusal("must be one line without control characters")
        }
        let parts = body.split(whereSeparator: { $0 == UInt8(ascii: " ") || $0 == 0x09 })
        // The comment after them is dropped, and may be in any script.
        guard parts.prefix(2).allSatisfy({ $0.allSatisfy { $0 < 0x80 } }) else {
            throw refusal("must be ASCII up to its comment")
        }
        let words = parts.map { String(decoding: $0, as: UTF8.self) }
        guard let first = words.first else { throw refusal("is empty") }
        if words.count == 1 { return words }
        let isTypeWord = first.utf8.allSatisfy { $0.isASCIIAlphanumeric || "-.@".utf8.contains($0) }
        guard isTypeWord, !SSHPublicKey.looksLikeOptions(words) else {
            throw refusal("begins with options; leave them out: hosts are kept with the user")
        }
        return Array(words.prefix(2))
    }

    /// Whether a key's type stands later in the line than first, as it does after options.
    private static func looksLikeOptions(_ words: [String]) -> Bool {
        // Those after the second are a comment in any script, and long: they are compared as bytes.
        !isType(words[0])
            && words.dropFirst().contains {
                isType($0) || $0.hasSameBytes(as: "ssh-dss") || isSignatureAlgorithm($0)
            }
    }

    private static func isType(_ word: String) -> Bool {
        SSHKeyType.allCases.contains { $0.rawValue.hasSameBytes(as: word) }
    }

    /// Whether sshd takes this word for RSA's type: the name of a signature algorithm (RFC 8332 section 3).
    private static func isSignatureAlgorithm(_ word: some StringProtocol) -> Bool {
        ["rsa-sha2-256", "rsa-sha2-512"].contains { $0.hasSameBytes(as: word) }
    }

    private static func reason(forWord word: String, _ type: SSHKeyType) -> String {
        if type == .rsa, isSignatureAlgorithm(word) {
            return
                "begins with the word \(word), which is a way to sign and not the type of a key; write ssh-rsa in its place"
        }
        return "begins with the word \(word.head(40)) but is of type \(type.rawValue)"
    }

    private static func reason(forType name: [UInt8]) -> String {
        let suffix = "-cert-v01@openssh.com".utf8
        if name.suffix(suffix.count).elementsEqual(suffix) {
            return "is a certificate; add the public key itself"
        }
        if name.elementsEqual("ssh-dss".utf8) {
            return
                "is of type ssh-dss, which servers no longer accept; make one with: ssh-keygen -t ed25519"
        }
        if isSignatureAlgorithm(String(decoding: name.prefix(40), as: UTF8.self)) {
            return
                "names a way to sign as its type; the type of an RSA key is ssh-rsa: take the .pub file that ssh-keygen made"
        }
        let known = SSHKeyType.allCases.map(\.rawValue).joined(separator: ", ")
        return "is of a type that is not one of \(known)"
    }

    static func refusal(_ reason: String) -> MusterError {
        MusterError(.sshKeyInvalid, "The key \(reason).").at("key", reason)
    }
}

extension [UInt8] {
    /// The text without blanks and line ends around it.
    fileprivate var trimmingASCIIBlanks: ArraySlice<UInt8> {
        let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
        guard let first = firstIndex(where: { !isBlank($0) }),
            let last = lastIndex(where: { !isBlank($0) })
        else { return [] }
        return self[first...last]
    }

    /// Whether a word stands somewhere in the text.
    fileprivate func holds(_ word: StaticString) -> Bool {
        let wanted = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
        guard count >= wanted.count else { return false }
        return (0...count - wanted.count).contains { start in
            self[start] == wanted[0] && self[start..<start + wanted.count].elementsEqual(wanted)
        }
    }
}
