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
    /// An entry as the answer to a search, with the attributes that are wanted.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func answer(
        _ entry: LDAPEntry,
        to id: Int,
        _ attributes: [LDAPAttribute],
        typesOnly: Bool
    ) throws(MusterError) -> [UInt8] {
        var found: [(name: [UInt8], values: [[UInt8]])] = []
        found.reserveCapacity(attributes.count)
        for attribute in attributes {
            let values = try values(of: attribute, entry)
            // An attribute goes out once, with all of its values, or not at all.
            if !values.isEmpty { found.append((attribute.bytes, typesOnly ? [] : values)) }
        }
        return LDAPAnswers.entry(name(of: entry), to: id) { writer in
            for (name, values) in found { LDAPAnswers.attribute(name, values, to: &writer) }
        }
    }
}
