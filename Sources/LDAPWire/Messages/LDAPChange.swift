/// A change of the directory (RFC 4511 sections 4.6 to 4.9).
public enum LDAPChange: Sendable, Equatable {
    /// Changes attributes of an entry.
    case modify(LDAPModify)
    /// Makes an entry.
    case add(LDAPAdd)
    /// Deletes the entry of this name.
    case delete(ArraySlice<UInt8>)
    /// Gives an entry another name.
    case modifyDN(LDAPModifyDN)

    /// The most attributes and values that a change may name together; no group takes half as many members at once, and a
    /// message has room for half a million empty ones, which would be read for nothing.
    public static let maximumValues = 20_000

    /// The tag of its answer.
    public var answer: LDAPAnswerTag {
        switch self {
        case .modify: .modify
        case .add: .add
        case .delete: .delete
        case .modifyDN: .modifyDN
        }
    }
}

extension LDAPChange {
    /// How many attributes and values were read.
    struct Budget {
        var count = 0

        var isExceeded: Bool { count > LDAPChange.maximumValues }
    }
}

/// An attribute with values, as a client sends it.
public struct LDAPAttributeValues: Sendable, Equatable {
    /// The attribute's name or number, with options.
    public let name: ArraySlice<UInt8>
    /// The values.
    public let values: [ArraySlice<UInt8>]

    /// Reads an attribute; where the change has named too many values, no more of them.
    init(
        reading reader: inout BERReader,
        _ budget: inout LDAPChange.Budget
    ) throws(BERError) {
        budget.count += 1
        var attribute = try reader.constructed()
        name = try attribute.octets()
        var set = try attribute.constructed(BERTag.set)
        try attribute.requireEnd()
        var values: [ArraySlice<UInt8>] = []
        while !set.isAtEnd, !budget.isExceeded {
            values.append(try set.octets())
            budget.count += 1
        }
        self.values = values
    }
}

/// Changes attributes of an entry (RFC 4511 section 4.6).
public struct LDAPModify: Sendable, Equatable {
    /// What is done with the values of a change.
    public enum Kind: Int, Sendable {
        case add = 0
        /// Takes these values away; all of them where none is named.
        case delete = 1
        /// Puts these values in the place of all that there are.
        case replace = 2
    }

    /// One change, of one attribute.
    public struct Step: Sendable, Equatable {
        /// What is done; nil for what is not known, such as adding to a number (RFC 4525).
        public let kind: Kind?
        /// The attribute, and with which values.
        public let attribute: LDAPAttributeValues
    }

    /// The entry.
    public let name: ArraySlice<UInt8>
    /// The changes, each made on what the one before has left.
    public let steps: [Step]

    init(
        _ bytes: ArraySlice<UInt8>,
        _ budget: inout LDAPChange.Budget
    ) throws(BERError) {
        var reader = BERReader(bytes)
        name = try reader.octets()
        var list = try reader.constructed()
        try reader.requireEnd()
        var steps: [Step] = []
        while !list.isAtEnd, !budget.isExceeded {
            var step = try list.constructed()
            let kind = Kind(rawValue: try step.integer(BERTag.enumerated))
            let attribute = try LDAPAttributeValues(reading: &step, &budget)
            steps.append(Step(kind: kind, attribute: attribute))
            try step.requireEnd()
        }
        self.steps = steps
    }
}

/// Makes an entry (RFC 4511 section 4.7).
public struct LDAPAdd: Sendable, Equatable {
    /// The entry.
    public let name: ArraySlice<UInt8>
    /// What it has.
    public let attributes: [LDAPAttributeValues]

    init(
        _ bytes: ArraySlice<UInt8>,
        _ budget: inout LDAPChange.Budget
    ) throws(BERError) {
        var reader = BERReader(bytes)
        name = try reader.octets()
        var list = try reader.constructed()
        try reader.requireEnd()
        var attributes: [LDAPAttributeValues] = []
        while !list.isAtEnd, !budget.isExceeded {
            attributes.append(try LDAPAttributeValues(reading: &list, &budget))
        }
        self.attributes = attributes
    }
}

/// Gives an entry another name (RFC 4511 section 4.9).
public struct LDAPModifyDN: Sendable, Equatable {
    /// The entry.
    public let name: ArraySlice<UInt8>
    /// Its own part of the name from now on.
    public let newPart: ArraySlice<UInt8>
    /// Whether the former part is to be no value of it any more.
    public let deletesFormer: Bool
    /// The entry below which it is to stand; nil for where it is.
    public let newParent: ArraySlice<UInt8>?

    init(_ bytes: ArraySlice<UInt8>) throws(BERError) {
        var reader = BERReader(bytes)
        name = try reader.octets()
        newPart = try reader.octets()
        deletesFormer = try reader.boolean()
        newParent = try reader.contentIfPresent(of: BERTag.context(0))
        try reader.requireEnd()
    }
}
