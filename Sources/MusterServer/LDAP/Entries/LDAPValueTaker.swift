import LDAPWire

/// Takes the values of an attribute, one after the other.
protocol LDAPValueTaker {
    /// Takes a value.
    mutating func add(_ value: String)
    /// Takes a value.
    mutating func add(_ value: [UInt8])
}

extension LDAPEntryWriter: LDAPValueTaker {}

extension [[UInt8]]: LDAPValueTaker {
    mutating func add(_ value: String) { append(value.asBytes) }
    mutating func add(_ value: [UInt8]) { append(value) }
}

extension String {
    var asBytes: [UInt8] { Array(utf8) }
}

extension Bool {
    /// As RFC 4517 section 3.3.3 writes it.
    var asText: String { self ? "TRUE" : "FALSE" }
}
