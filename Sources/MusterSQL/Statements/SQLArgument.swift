public import FoundationEssentials

/// A value that can stand in a statement's place.
public protocol SQLArgument: SendableMetatype {
    /// The value as one of the kinds that every engine is given.
    var sqlValue: SQLValue { get }
}

/// A value that is bound to a statement's place; each store has its own form of it.
public enum SQLValue: Sendable {
    /// A whole number.
    case integer(Int64)
    /// Whether something is so.
    case truth(Bool)
    /// A text.
    case text(String)
    /// Bytes that no engine looks into.
    case bytes([UInt8])
    /// The 16 bytes of a UUID.
    case uuid(UUID)
}

extension Int64: SQLArgument {
    /// A number.
    @inlinable public var sqlValue: SQLValue { .integer(self) }
}

extension Int: SQLArgument {
    /// A number.
    @inlinable public var sqlValue: SQLValue { .integer(Int64(self)) }
}

extension Bool: SQLArgument {
    /// A truth.
    @inlinable public var sqlValue: SQLValue { .truth(self) }
}

extension String: SQLArgument {
    /// A text.
    @inlinable public var sqlValue: SQLValue { .text(self) }
}

extension [UInt8]: SQLArgument {
    /// Bytes.
    @inlinable public var sqlValue: SQLValue { .bytes(self) }
}

extension UUID: SQLArgument {
    /// A UUID.
    @inlinable public var sqlValue: SQLValue { .uuid(self) }
}
