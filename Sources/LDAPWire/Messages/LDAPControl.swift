/// What goes beside an operation or its answer (RFC 4511 section 4.1.11).
public struct LDAPControl: Sendable, Equatable {
    /// Its object identifier, in dots.
    public let type: [UInt8]
    /// Whether the operation may not be done without it.
    public let isCritical: Bool
    /// What it says; nil if nothing.
    public let value: ArraySlice<UInt8>?

    /// Builds a control.
    public init(_ type: String, isCritical: Bool = false, value: ArraySlice<UInt8>? = nil) {
        self.type = Array(type.utf8)
        self.isCritical = isCritical
        self.value = value
    }

    init(reading reader: inout BERReader) throws(BERError) {
        var control = try reader.constructed()
        type = Array(try control.octets())
        isCritical = control.nextTag == BERTag.boolean ? try control.boolean() : false
        value = try control.contentIfPresent(of: BERTag.octetString)
        try control.requireEnd()
    }

    /// Whether it is of a type.
    public func isOf(_ type: String) -> Bool { self.type.elementsEqual(type.utf8) }

    func write(to writer: inout BERWriter) {
        writer.constructed { writer in
            writer.octets(type)
            if isCritical { writer.boolean(true) }
            if let value { writer.octets(value) }
        }
    }
}
