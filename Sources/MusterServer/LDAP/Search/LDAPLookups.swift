import FoundationEssentials
import LDAPWire
import MusterCore
import TextBytes

/// By what index the users of a condition are found.
enum LDAPUserKey: Sendable, Equatable {
    case reference(UserReference)
    /// By the address that is shown as theirs.
    case mail(String)
    /// Those of a group: any number of them.
    case group(String)
    /// Those who were changed last at a moment or later: any number of them.
    case changed(since: Timestamp)
    /// Those whose login name, name or address begins with a text (``LDAPTextLook``): any number of them.
    case beginning(String)
    /// Those whose login name, name or address has one text of each of some lists (``LDAPFolds``): any number of them.
    case containing([[String]])

    /// The most texts that are looked for at once.
    private static let maximumTexts = 8

    /// A rank by how many it may find: the smaller, the fewer.
    fileprivate var cost: Int {
        switch self {
        case .reference: 1
        case .mail: 10
        case .group: 1_000
        case .beginning: 3_000
        case .containing: 4_000
        case .changed: 10_000
        }
    }
}

/// By what index the groups of a condition are found.
enum LDAPGroupKey: Sendable, Equatable {
    case reference(GroupReference)
    /// Those that a user is in.
    case member(UserReference)

    fileprivate var cost: Int {
        switch self {
        case .reference: 1
        case .member: 2
        }
    }
}

/// How a key is told from others, which find something else: texts as bytes, and names without regard to ASCII case.
enum LDAPKeyMark: Hashable {
    case number(Int64)
    case uuid(UUID)
    case name(ByteText)
    case mail(ByteText)
    case group(ByteText)
    case changed(since: Timestamp)
    case beginning(ByteText)
    case containing(ByteText)
    indirect case member(LDAPKeyMark)

    fileprivate init(_ user: UserReference) {
        switch user {
        case .id(let id): self = .number(id.rawValue)
        case .uuid(let uuid): self = .uuid(uuid)
        case .username(let name): self = .name(ByteText(folding: name))
        }
    }
}

extension LDAPUserKey {
    var mark: LDAPKeyMark {
        switch self {
        case .reference(let user): LDAPKeyMark(user)
        case .mail(let mail): .mail(ByteText(folding: mail))
        case .group(let name): .group(ByteText(name))
        case .changed(let moment): .changed(since: moment)
        case .beginning(let text): .beginning(ByteText(folding: text))
        case .containing(let clues):
            // By what no text has: blanks stand in some.
            .containing(
                ByteText(clues.map { $0.joined(separator: "\u{1}") }.joined(separator: "\u{2}"))
            )
        }
    }
}

extension LDAPGroupKey {
    var mark: LDAPKeyMark {
        switch self {
        case .reference(.id(let id)): .number(id.rawValue)
        case .reference(.uuid(let uuid)): .uuid(uuid)
        case .reference(.name(let name)): .group(ByteText(name))
        case .member(let user): .member(LDAPKeyMark(user))
        }
    }
}

extension Array {
    /// The elements without those that find the same as one before.
    func distinct(by mark: (Element) -> LDAPKeyMark) -> [Element] {
        guard count > 1 else { return self }
        var seen: Set<LDAPKeyMark> = []
        return filter { seen.insert(mark($0)).inserted }
    }
}

extension LDAPCondition {
    /// Where the users that it keeps are found; nil if all have to be looked at.
    func userKeys(in tree: LDAPTree) -> [LDAPUserKey]? {
        keys(of: .user, tree, cost: \.cost, together: LDAPUserKey.together) { attribute, test in
            switch test {
            case .equal(let value, let raw): LDAPUserKey(attribute, value, raw, tree)
            case .atLeast(.time(let moment)) where attribute == .modifyTimestamp:
                .changed(since: moment)
            case .atLeast(.number(let number)) where attribute == .entryUSN:
                .changed(since: Timestamp(updateNumber: number))
            case .substrings(let parts): LDAPTextLook.key(attribute, parts)
            case .exactly(let text):
                LDAPValue.folded(text).flatMap { LDAPTextLook.key(attribute, whole: $0) }
            default: nil
            }
        }
    }

    /// Where the groups that it keeps are found; nil if all have to be looked at.
    func groupKeys(in tree: LDAPTree) -> [LDAPGroupKey]? {
        keys(of: .group, tree, cost: \.cost, together: Optional.some) { attribute, test in
            guard case .equal(let value, let raw) = test else { return nil }
            return LDAPGroupKey(attribute, value, raw, tree)
        }
    }

    private func keys<Key>(
        of kind: LDAPEntry.Kind,
        _ tree: LDAPTree,
        cost: (Key) -> Int,
        together: ([Key]) -> [Key]?,
        _ key: (LDAPAttribute, LDAPTest) -> Key?
    ) -> [Key]? {
        if let truth = truth(ofAny: kind, suffix: tree.suffix), truth != .isTrue { return [] }
        switch self {
        case .constant, .not: return nil
        case .test(let attribute, let test): return key(attribute, test).map { [$0] }
        case .and(let all):
            let found = all.compactMap {
                $0.keys(of: kind, tree, cost: cost, together: together, key)
            }
            return found.min { one, other in
                one.reduce(0) { $0 + cost($1) } < other.reduce(0) { $0 + cost($1) }
            }
        case .or(let any):
            var found: [Key] = []
            for inner in any {
                let keys = inner.keys(of: kind, tree, cost: cost, together: together, key)
                guard let keys else { return nil }
                found += keys
            }
            return together(found)
        }
    }
}

extension LDAPUserKey {
    /// Keys that find what several find together; nil if only a look at everybody does.
    ///
    /// Those who were changed come block by block, and not together with others; those who are found by texts all at once.
    fileprivate static func together(_ keys: [LDAPUserKey]) -> [LDAPUserKey]? {
        let keys = keys.distinct(by: \.mark)
        guard keys.count > 1 else { return keys }
        var isByText = false
        for key in keys {
            switch key {
            case .changed: return nil
            case .beginning, .containing: isByText = true
            case .reference, .mail, .group: break
            }
        }
        guard isByText else { return keys }
        let texts = keys.compactMap(\.widened).distinct(by: \.mark)
        let isWhole = keys.allSatisfy { $0.widened != nil }
        return isWhole && texts.count <= maximumTexts ? texts : nil
    }

    /// Whether it finds users by a text.
    var isText: Bool {
        switch self {
        case .beginning, .containing: true
        case .reference, .mail, .group, .changed: false
        }
    }

    /// A text by which all are found whom the key finds; nil if there is none.
    private var widened: LDAPUserKey? {
        switch self {
        case .beginning, .containing: self
        case .reference(.username(let text)), .mail(let text):
            LDAPTextLook.head(of: text.foldedASCII).map { .beginning($0) }
        case .reference, .group, .changed: nil
        }
    }

    fileprivate init?(
        _ attribute: LDAPAttribute,
        _ value: LDAPValue,
        _ raw: [UInt8],
        _ tree: LDAPTree
    ) {
        switch (attribute, value) {
        case (.uid, .text(let text)):
            // As the filter compares it: without blanks around it, which login names have nowhere.
            let name = String(decoding: text, as: UTF8.self)
            self = .reference(.username(name.head(Username.maximumLength + 1)))
        case (.mail, .text(let text)):
            self = .mail(String(decoding: text, as: UTF8.self))
        case (.cn, .text(let text)), (.displayName, .text(let text)):
            guard let key = LDAPTextLook.key(attribute, whole: text) else { return nil }
            self = key
        case (.entryUUID, .uuid(let uuid)): self = .reference(.uuid(uuid))
        case (.uidNumber, .number(let number)):
            let (id, isTooFar) = number.subtractingReportingOverflow(tree.numbers.firstUser)
            self = .reference(.id(UserID(rawValue: isTooFar ? 0 : id)))
        case (.entryDN, .name(let name)):
            guard case .user(let name)? = try? tree.place(of: name) else { return nil }
            self = .reference(.username(name))
        case (.memberOf, .name(let name)):
            guard case .group(let name)? = try? tree.place(of: name) else { return nil }
            self = .group(name)
        default: return nil
        }
    }
}

extension LDAPGroupKey {
    fileprivate init?(
        _ attribute: LDAPAttribute,
        _ value: LDAPValue,
        _ raw: [UInt8],
        _ tree: LDAPTree
    ) {
        switch (attribute, value) {
        case (.cn, _):
            guard raw.count <= Group.maximumNameBytes,
                let name = String(validating: raw, as: UTF8.self)
            else { return nil }
            self = .reference(.name(name))
        case (.entryUUID, .uuid(let uuid)): self = .reference(.uuid(uuid))
        case (.gidNumber, .number(let number)):
            let (id, isTooFar) = number.subtractingReportingOverflow(tree.numbers.firstGroup)
            self = .reference(.id(GroupID(rawValue: isTooFar ? -1 : id)))
        case (.entryDN, .name(let name)):
            guard case .group(let name)? = try? tree.place(of: name) else { return nil }
            self = .reference(.name(name))
        case (.member, .name(let name)), (.uniqueMember, .name(let name)):
            guard case .user(let name)? = try? tree.place(of: name) else { return nil }
            self = .member(.username(name))
        case (.memberUid, _):
            guard raw.count <= Username.maximumLength,
                let name = String(validating: raw, as: UTF8.self)
            else { return nil }
            self = .member(.username(name))
        default: return nil
        }
    }
}
