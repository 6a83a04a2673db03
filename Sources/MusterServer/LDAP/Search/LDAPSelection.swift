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

    /// The attributes of a kind of entries that are wanted.
    func attributes(of kind: LDAPEntry.Kind) -> LDAPAttributeSet {
        wanted(of: kind).intersection(kind.attributes)
    }
}

/// Which attributes of entries of one kind are shown, in the order in which they are written: made once for many.
struct LDAPShown {
    let kind: LDAPEntry.Kind
    /// All of them.
    fileprivate let all: [LDAPAttribute]
    /// Those of users of whom nobody knows anything as of persons.
    fileprivate let plain: [LDAPAttribute]

    /// Makes them of those that are wanted, but for what the reader of entries does not see.
    init(_ selection: LDAPSelection, of kind: LDAPEntry.Kind, by entries: EntryReader) {
        self.kind = kind
        var wanted = selection.attributes(of: kind)
        if !entries.seesAll { wanted = wanted.subtracting(.administrative) }
        all = wanted.list
        plain = wanted.subtracting(LDAPPerson.ofDocument).list
    }
}

extension LDAPEntryView {
    /// Writes an entry as an answer to a search, with the attributes that are wanted.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func write(
        _ entry: LDAPEntry,
        _ shown: LDAPShown,
        to writer: inout LDAPEntryWriter
    ) throws(MusterError) {
        if case .user(let user) = entry { return try write(user, shown, to: &writer) }
        writer.begin(name(of: entry))
        for attribute in shown.all {
            writer.begin(attribute.beginning)
            try tell(attribute, of: entry, to: &writer)
            writer.endAttribute()
        }
        writer.end()
    }

    private func write(
        _ user: User,
        _ shown: LDAPShown,
        to writer: inout LDAPEntryWriter
    ) throws(MusterError) {
        writer.begin(tree.name(of: user))
        // Of most users nothing is known that other attributes would show.
        let isAsked = shown.plain.count < shown.all.count
        let isKnown = isAsked ? try person(of: user) != nil : false
        for attribute in isKnown ? shown.all : shown.plain {
            writer.begin(attribute.beginning)
            if attribute == .objectClass {
                writer.add(LDAPEntry.Kind.userClasses)
            } else {
                try tell(attribute, of: user, to: &writer)
            }
            writer.endAttribute()
        }
        writer.end()
    }
}
