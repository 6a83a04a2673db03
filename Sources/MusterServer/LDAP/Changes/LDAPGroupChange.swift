import FoundationEssentials
import LDAPWire
import MusterCore
import TextBytes

/// What a client asks to change of a group's members, read and checked for its form.
struct LDAPGroupChange: Sendable {
    /// A step, with members by their login names.
    private struct Step: Sendable {
        let kind: LDAPModify.Kind
        let attribute: LDAPAttribute
        let members: [String]
    }

    /// The most members that one change names: they are looked up while others wait to change something.
    static let maximumMembers = 10_000
    /// How many of them are looked up at a time: one way to a database on another machine and back.
    private static let lookedUpAtOnce = 500

    private let tree: LDAPTree
    private var count = 0
    private var steps: [Step] = []

    init(_ tree: LDAPTree) {
        self.tree = tree
    }

    /// Takes a step.
    ///
    /// - Throws: ``LDAPResult`` where it cannot be made of any group.
    mutating func take(
        _ kind: LDAPModify.Kind,
        _ attribute: LDAPAttribute,
        _ values: LDAPAttributeValues
    ) throws(LDAPResult) {
        count += values.values.count
        guard count <= Self.maximumMembers else {
            throw LDAPResult(
                .adminLimitExceeded,
                "a change names at most \(Self.maximumMembers) members: make several"
            )
        }
        var members: [String] = []
        switch attribute {
        case .member, .uniqueMember:
            for value in values.values { members.append(try member(value)) }
        case .memberUid:
            members = try values.texts()
        default:
            throw LDAPResult(
                .unwillingToPerform,
                "\(attribute.name) of a group is not changed over LDAP"
            )
        }
        steps.append(Step(kind: kind, attribute: attribute, members: members))
    }

    private func member(_ value: ArraySlice<UInt8>) throws(LDAPResult) -> String {
        guard let name = DistinguishedName(value) else {
            throw LDAPResult(.invalidAttributeSyntax, "a member is named by its distinguished name")
        }
        guard case .user(let username)? = try? tree.place(of: name) else {
            throw LDAPGroupChange.missing(String(decoding: value.prefix(128), as: UTF8.self))
        }
        return username
    }

    private static func missing(_ name: String) -> LDAPResult {
        LDAPResult(.constraintViolation, "there is no user \(name.quoted(128)) to be a member")
    }

    /// What that means for a group as it is.
    ///
    /// The members stand in three attributes, which are one: who is named in more than one of them comes or goes once.
    ///
    /// - Throws: ``LDAPResult`` with code `constraintViolation`, `attributeOrValueExists` or `noSuchAttribute`, kept by the
    ///   verdict; ``MusterError`` with code `store.unavailable`.
    func revision(
        of group: Group,
        in reader: any DirectoryReader,
        _ verdict: LDAPVerdict
    ) throws(MusterError) -> [GroupRevision.Step] {
        var found: [GroupRevision.Step] = []
        var changed: [UUID: (isMember: Bool, by: LDAPAttribute)] = [:]
        var replacer: LDAPAttribute?
        for step in steps {
            var uuids: [UUID] = []
            var isCleared = step.kind == .replace
            if step.kind == .delete, step.members.isEmpty {
                guard group.userCount > 0 || !changed.isEmpty else {
                    throw verdict.refuse(LDAPResult(.noSuchAttribute, "the group has no members"))
                }
                isCleared = true
            }
            if isCleared {
                // The same list in another one of the three attributes is what there already is.
                if replacer == nil || replacer == step.attribute { changed = [:] }
                replacer = step.attribute
            }
            let members = try self.members(of: step, group, in: reader)
            for name in step.members {
                guard let (user, isIn) = members[Username(stored: name)] else {
                    throw verdict.refuse(Self.missing(name))
                }
                let known = changed[user.uuid]
                let isMember = known?.isMember ?? (replacer == nil && isIn)
                let becomes = step.kind != .delete
                if isMember == becomes, !isCleared, known.map({ $0.by == step.attribute }) ?? true {
                    throw verdict.refuse(Self.unchanged(name, isMember))
                }
                changed[user.uuid] = (becomes, step.attribute)
                uuids.append(user.uuid)
            }
            if isCleared {
                found.append(.replace(uuids))
            } else {
                found.append(step.kind == .add ? .add(uuids) : .remove(uuids))
            }
        }
        return found
    }

    /// Whom a step names, by login name, and whether they are in the group, some at a time.
    private func members(
        of step: Step,
        _ group: Group,
        in reader: any DirectoryReader
    ) throws(MusterError) -> [Username: (user: GroupMember, isMember: Bool)] {
        let names = step.members.compactMap { try? Username($0) }
        var found: [Username: (user: GroupMember, isMember: Bool)] = [:]
        for start in stride(from: 0, to: names.count, by: Self.lookedUpAtOnce) {
            let some = Array(names[start..<min(start + Self.lookedUpAtOnce, names.count)])
            for one in try reader.candidates(named: some, of: group.id) {
                found[one.user.username] = one
            }
        }
        return found
    }

    private static func unchanged(_ name: String, _ isMember: Bool) -> LDAPResult {
        isMember
            ? LDAPResult(.attributeOrValueExists, "\(name.quoted(128)) is a member already")
            : LDAPResult(.noSuchAttribute, "\(name.quoted(128)) is no member")
    }
}
