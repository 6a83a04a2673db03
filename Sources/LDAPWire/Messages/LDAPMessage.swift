/// A message from a client (RFC 4511 section 4.1.1).
public struct LDAPMessage: Sendable, Equatable {
    /// The client's number of the operation, from 1 to 2^31-1.
    public let id: Int
    /// What it asks for.
    public let operation: LDAPOperation
    /// What goes beside it.
    public let controls: [LDAPControl]

    /// The most controls of a message; clients send up to three.
    private static let maximumControls = 32

    /// Reads a message.
    ///
    /// - Throws: ``BERError`` if the bytes are none; the connection cannot go on then.
    public init(_ bytes: ArraySlice<UInt8>) throws(BERError) {
        var outer = BERReader(bytes)
        var reader = try outer.constructed()
        try outer.requireEnd()
        id = try reader.integer()
        // The number 0 is for what the server says unasked (RFC 4511 section 4.1.1.1).
        guard id > 0, id <= Int(Int32.max) else {
            throw BERError("the message has the number \(id)")
        }
        let (tag, content) = try reader.element()
        operation = try Self.operation(tag, content)
        var controls: [LDAPControl] = []
        if let list = try reader.contentIfPresent(of: BERTag.constructedContext(0)) {
            var list = BERReader(list)
            while !list.isAtEnd {
                guard controls.count < Self.maximumControls else {
                    throw BERError("a message has more than \(Self.maximumControls) controls")
                }
                controls.append(try LDAPControl(reading: &list))
            }
        }
        try reader.requireEnd()
        self.controls = controls
    }

    /// A change with values; what names too many is refused.
    private static func change(
        _ read: (inout LDAPChange.Budget) throws(BERError) -> LDAPChange
    ) throws(BERError) -> LDAPOperation {
        var budget = LDAPChange.Budget()
        let change = try read(&budget)
        guard budget.isExceeded else { return .change(change) }
        let most = LDAPChange.maximumValues
        return .refused(
            change.answer,
            LDAPResult(.adminLimitExceeded, "a change names at most \(most) attributes and values")
        )
    }

    private static func operation(
        _ tag: UInt8,
        _ content: ArraySlice<UInt8>
    ) throws(BERError) -> LDAPOperation {
        switch tag {
        case 0x60: return .bind(try LDAPBind(content))
        case 0x42: return .unbind
        case 0x63:
            var refusal: LDAPResult?
            let search = try LDAPSearch(content, refusal: &refusal)
            return refusal.map { .refused(.search, $0) } ?? .search(search)
        case 0x66:
            return try change { (budget: inout LDAPChange.Budget) throws(BERError) in
                .modify(try LDAPModify(content, &budget))
            }
        case 0x68:
            return try change { (budget: inout LDAPChange.Budget) throws(BERError) in
                .add(try LDAPAdd(content, &budget))
            }
        case 0x4A: return .change(.delete(content))
        case 0x6C: return .change(.modifyDN(try LDAPModifyDN(content)))
        case 0x6E: return .compare(try LDAPCompare(content))
        case 0x50: return .abandon(try BERReader.integer(in: content))
        case 0x77:
            var reader = BERReader(content)
            let type = Array(try reader.octets(BERTag.context(0)))
            let value = try reader.contentIfPresent(of: BERTag.context(1))
            try reader.requireEnd()
            return .extended(type: type, value: value)
        default: throw BERError("the operation is unknown")
        }
    }
}
