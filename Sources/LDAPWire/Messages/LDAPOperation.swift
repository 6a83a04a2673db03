/// What a client asks for (RFC 4511 section 4.1.1).
public enum LDAPOperation: Sendable, Equatable {
    /// Says who the client is.
    case bind(LDAPBind)
    /// Ends the connection.
    case unbind
    /// Looks for entries.
    case search(LDAPSearch)
    /// Changes something.
    case change(LDAPChange)
    /// Compares a value with those of an entry.
    case compare(LDAPCompare)
    /// Gives an operation up, without an answer.
    case abandon(Int)
    /// Something else, by its object identifier.
    case extended(type: [UInt8], value: ArraySlice<UInt8>?)
    /// Something that was understood and is refused for its size.
    case refused(LDAPAnswerTag, LDAPResult)
}

/// Says who the client is (RFC 4511 section 4.2).
public struct LDAPBind: Sendable, Equatable {
    /// By what it is shown.
    public enum Proof: Sendable, Equatable {
        /// A password; empty for none.
        case simple(ArraySlice<UInt8>)
        /// A method of SASL.
        case sasl
        /// A method that is reserved or unknown.
        case unknown
    }

    /// The version of the protocol.
    public let version: Int
    /// The entry.
    public let name: ArraySlice<UInt8>
    /// What is shown.
    public let proof: Proof

    init(_ bytes: ArraySlice<UInt8>) throws(BERError) {
        var reader = BERReader(bytes)
        version = try reader.integer()
        name = try reader.octets()
        let (tag, content) = try reader.element()
        switch tag {
        case BERTag.context(0): proof = .simple(content)
        case BERTag.constructedContext(3):
            var credentials = BERReader(content)
            _ = try credentials.octets()
            _ = try credentials.contentIfPresent(of: BERTag.octetString)
            try credentials.requireEnd()
            proof = .sasl
        default: proof = .unknown
        }
        try reader.requireEnd()
    }
}

/// Compares a value with those of an entry (RFC 4511 section 4.10).
public struct LDAPCompare: Sendable, Equatable {
    /// The entry.
    public let name: ArraySlice<UInt8>
    /// The attribute.
    public let attribute: ArraySlice<UInt8>
    /// The value.
    public let value: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) throws(BERError) {
        var reader = BERReader(bytes)
        name = try reader.octets()
        var assertion = try reader.constructed()
        attribute = try assertion.octets()
        value = try assertion.octets()
        try assertion.requireEnd()
        try reader.requireEnd()
    }
}

/// The tags of answers.
public enum LDAPAnswerTag: UInt8, Sendable {
    case bind = 0x61
    case search = 0x65
    case modify = 0x67
    case add = 0x69
    case delete = 0x6B
    case modifyDN = 0x6D
    case compare = 0x6F
    case extended = 0x78
}
