import WireJSON

@testable import MusterCore
@testable import MusterCrypto

/// Readers of single values.
enum ValueTargets {
    static func json(_ bytes: [UInt8]) -> String? {
        guard let value = try? JSONValue(parsing: bytes) else { return nil }
        let written = value.bytes
        guard let again = try? JSONValue(parsing: written) else {
            return "what was written is JSON"
        }
        return again.bytes == written ? nil : "what was written is read as it was"
    }

    static func hosts(_ bytes: [UInt8]) -> String? {
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        if let address = IPAddress(text), IPAddress(address.description) != address {
            return "an address is read from its text"
        }
        _ = IPAddress(reported: text)
        let words = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard let networks = try? AllowedNetworks(words) else { return nil }
        return (try? AllowedNetworks(networks.texts)) == networks
            ? nil : "networks are read from their texts"
    }

    static func keys(_ bytes: [UInt8]) -> String? {
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        let policy = SSHKeyPolicy(curves: SystemCurves())
        _ = try? SSHPublicKey(unchecked: text)
        guard let key = try? SSHPublicKey(text, policy: policy) else { return nil }
        return (try? SSHPublicKey(key.text, policy: policy)) == key
            ? nil : "a key is read from its only form"
    }

    static func names(_ bytes: [UInt8]) -> String? {
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        if let name = try? Username(text), (try? Username(name.text)) != name {
            return "a login name is one from its text"
        }
        if let number = try? PhoneNumber(text), (try? PhoneNumber(number.text)) != number {
            return "a phone number is one from its text"
        }
        if let url = try? PublicURL(text), (try? PublicURL(url.text)) != url {
            return "an address is one from its text"
        }
        _ = MailAddress(text)
        return nil
    }

    static func hashes(_ bytes: [UInt8]) -> String? {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let lenient, let strict, let taken = try? lenient.importHash(Secret(text)) else {
            return nil
        }
        guard taken.text.utf8.elementsEqual(text.utf8) else { return "a hash is kept as it came" }
        guard text.utf8.count <= ForeignHash.maximumLength,
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return "a hash that is taken is short and plain" }
        guard let hash = try? ForeignHash(parsing: taken.text) else {
            return "a hash that was taken can be checked at a login"
        }
        guard hash.work.count.isFinite, hash.work.count > 0 else {
            return "it is known what a check costs"
        }
        guard hash.weakForm == nil || (try? strict.importHash(Secret(text))) == nil else {
            return "a weak form is taken only where it is named"
        }
        return nil
    }

    /// With little work and no patience: what is read is read before it is known how dear it is.
    private static let lenient = makeHasher(Set(WeakHashForm.allCases))
    /// Of whoever has named no weak forms.
    private static let strict = makeHasher([])

    private static func makeHasher(_ weakForms: Set<WeakHashForm>) -> HashingThreads? {
        try? HashingThreads(
            try Argon2Parameters(kibibytes: 1024, iterations: 1),
            threads: 1,
            queueLimit: 1,
            weakForms: weakForms
        )
    }

    static func cbor(_ bytes: [UInt8]) -> String? {
        if let value = try? CBORReader.value(of: bytes) { _ = try? PasskeyPublicKey(value) }
        _ = try? AuthenticatorData(bytes)
        guard var reader = try? CBORReader(bytes) else { return nil }
        while !reader.isAtEnd {
            let before = reader.offset
            guard (try? reader.next()) != nil else { return nil }
            guard reader.offset > before, reader.offset <= bytes.count else {
                return "a value has a byte, and ends before the bytes do"
            }
        }
        return nil
    }
}
