import LDAPWire

/// Readers of LDAP.
enum LDAPTargets {
    static func messages(_ bytes: [UInt8]) -> String? {
        _ = try? LDAPMessage(bytes[...])
        guard
            case .complete(let count) = LDAPFrame(
                bytes[...],
                limit: 1 << 20,
                available: bytes.count
            )
        else { return nil }
        guard (1...bytes.count).contains(count) else {
            return "a message is not longer than what came"
        }
        _ = try? LDAPMessage(bytes[..<count])
        return nil
    }

    static func names(_ bytes: [UInt8]) -> String? {
        guard let name = DistinguishedName(bytes) else { return nil }
        return DistinguishedName(name.bytes) == name ? nil : "a name is read from its text"
    }
}
