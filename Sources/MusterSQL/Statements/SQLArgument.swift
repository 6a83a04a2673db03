package import FoundationEssentials

/// A value that can stand in a statement's place.
package protocol SQLArgument: SendableMetatype {
    /// The value as one of the kinds that every engine is given.
    var sqlValue: SQLValue { get }
}

/// A value that is bound to a statement's place; each store has its own form of it.
package enum SQLValue: Sendable {
    case integer(Int64)
    case truth(Bool)
    case text(String)
    case bytes([UInt8])
    case uuid(UUID)
}

extension Int64: SQLArgument {
    package var sqlValue: SQLValue { .integer(self) }
}

extension Int: SQLArgument {
    package var sqlValue: SQLValue { .integer(Int64(self)) }
}

extension Bool: SQLArgument {
    package var sqlValue: SQLValue { .truth(self) }
}

extension String: SQLArgument {
    package var sqlValue: SQLValue { .text(self) }
}

extension [UInt8]: SQLArgument {
    package var sqlValue: SQLValue { .bytes(self) }
}

extension UUID: SQLArgument {
    package var sqlValue: SQLValue { .uuid(self) }
}
