import LDAPWire
import MusterCore

/// Which attributes a search wants to see (RFC 4511 section 4.5.1.8).
struct LDAPSelection: Sendable {
    /// Whether it wants those that people use.
    private let wantsUserAttributes: Bool
    /// Whether it wants the operational ones.
    private let wantsOperational: Bool
    private let named: LDAPAttributeSet
    /// Whether it wants names alone.
    let typesOnly: Bool

    init(_ names: [ArraySlice<UInt8>], typesOnly: Bool) {
        self.typesOnly = typesOnly
        wantsUserAttributes = names.isEmpty || names.contains { $0.elementsEqual("*".utf8) }
        wantsOperational = names.contains { $0.elementsEqual("+".utf8) }
        named = LDAPAttributeSet(names.compactMap { LDAPAttribute.named($0) })
    }

    /// Whether an attribute of such an entry is wanted.
    ///
    /// All that the root has is operational; clients that ask for `*` want it nevertheless.
    func wants(_ attribute: LDAPAttribute, of kind: LDAPEntry.Kind) -> Bool {
        wanted(of: kind).contains(attribute)
    }

    private func wanted(of kind: LDAPEntry.Kind) -> LDAPAttributeSet {
        var wanted = named
        if wantsUserAttributes { wanted = wanted.union(.ofPeople) }
        if wantsOperational || kind == .root && wantsUserAttributes {
            wanted = wanted.union(.operational)
        }
        return wanted
    }

    /// Whether one of some attributes of such an entry is wanted.
    func wants(oneOf attributes: LDAPAttributeSet, of kind: LDAPEntry.Kind) -> Bool {
        !wanted(of: kind).isDisjoint(with: attributes)
    }

    /// The attributes of a kind of entries that are wanted, in the order in which they are written.
    func attributes(of kind: LDAPEntry.Kind) -> [LDAPAttribute] {
        wanted(of: kind).intersection(kind.attributes).list
    }
}

extension LDAPEntryView {
    /// Writes an entry as an answer to a search, with the attributes that are wanted.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func write(
        _ entry: LDAPEntry,
        _ attributes: [LDAPAttribute],
        to writer: inout LDAPEntryWriter
    ) throws(MusterError) {
        writer.begin(name(of: entry))
        if case .user(let user) = entry {
            try write(attributes, of: user, to: &writer)
        } else {
            for attribute in attributes {
                writer.begin(attribute: attribute.bytes)
                try tell(attribute, of: entry, to: &writer)
                writer.endAttribute()
            }
        }
        writer.end()
    }

    private func write(
        _ attributes: [LDAPAttribute],
        of user: User,
        to writer: inout LDAPEntryWriter
    ) throws(MusterError) {
        // Of most users nothing is known that other attributes would show.
        let isAsked = attributes.contains { LDAPPerson.ofDocument.contains($0) }
        let isKnown = isAsked ? try person(of: user) != nil : false
        for attribute in attributes where isKnown || !LDAPPerson.ofDocument.contains(attribute) {
            writer.begin(attribute: attribute.bytes)
            try tell(attribute, of: user, to: &writer)
            writer.endAttribute()
        }
    }
}
