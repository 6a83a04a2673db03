import LDAPWire
import MusterCore

/// Where entries stand, people and groups in containers below the suffix; a class, since every search holds it.
final class LDAPTree: Sendable {
    /// What a name stands for, whether or not there is such an entry.
    enum Place: Sendable, Equatable {
        case root
        case schema
        case suffix
        case people
        case groups
        /// A user, by its login name.
        case user(String)
        /// A group, by its name.
        case group(String)
    }

    /// The name of the uppermost entry.
    let suffix: DistinguishedName
    let people: DistinguishedName
    let groups: DistinguishedName
    /// Where the numbers of users and groups begin.
    let numbers: AccountNumbers
    /// The name of the schema's entry, which stands beside the tree.
    let schema = DistinguishedName([DistinguishedName.Part("cn", "Subschema".utf8)])
    private let peopleBytes: [UInt8]
    private let groupsBytes: [UInt8]
    /// The containers, by their names as they are shown.
    private let containers: [(text: [UInt8], name: DistinguishedName, place: Place)]

    /// What the containers of people and of groups are called; made once, since filters ask for them again and again.
    static let peoplePart = DistinguishedName.Part("ou", "people".utf8)
    static let groupsPart = DistinguishedName.Part("ou", "groups".utf8)

    /// The name under which the group stands that everybody is in.
    static let everyone = "everyone"

    init(suffix: DistinguishedName, numbers: AccountNumbers = .usual) {
        self.suffix = suffix
        self.numbers = numbers
        people = DistinguishedName([Self.peoplePart] + suffix.parts)
        groups = DistinguishedName([Self.groupsPart] + suffix.parts)
        peopleBytes = people.bytes
        groupsBytes = groups.bytes
        let uppermost: Place = suffix.isRoot ? .root : suffix == schema ? .schema : .suffix
        let all = [(suffix, uppermost), (people, .people), (groups, .groups)]
        containers = all.map { ($0.bytes, $0, $1) }
    }

    /// What the name of a container stands for that is written as it is shown, as nearly all searches do; nil for any other.
    func container(_ text: ArraySlice<UInt8>) -> (name: DistinguishedName, place: Place)? {
        containers.first { $0.text.count == text.count && $0.text.elementsEqual(text) }.map {
            ($0.name, $0.place)
        }
    }

    /// What a name stands for.
    ///
    /// - Throws: ``LDAPResult`` with code `noSuchObject`, which names the lowest container above.
    func place(of name: DistinguishedName) throws(LDAPResult) -> Place {
        if let place = knownPlace(of: name) { return place }
        // Nearly nobody calls attributes by their numbers, or by their other names.
        let usual = name.withUsualTypes
        guard let place = knownPlace(of: usual) else { throw missing(usual) }
        return place
    }

    private func knownPlace(of name: DistinguishedName) -> Place? {
        if name.isRoot { return .root }
        if name == schema { return .schema }
        guard let below = name.parts(below: suffix) else { return nil }
        switch below.count {
        case 0: return .suffix
        case 1 where name == people: return .people
        case 1 where name == groups: return .groups
        case 2 where name.parent == people:
            return below.first?.value(ofAny: "uid", "userid").map { .user($0) }
        case 2 where name.parent == groups:
            return below.first?.value(ofAny: "cn", "commonname").map { .group($0) }
        default: return nil
        }
    }

    /// The answer to whoever names what is not there.
    func missing(_ name: DistinguishedName) -> LDAPResult {
        let above = [people, groups, suffix].first { name != $0 && name.isWithin($0) }
        return LDAPResult(
            .noSuchObject,
            matchedDN: above.map { String(decoding: $0.bytes, as: UTF8.self) } ?? ""
        )
    }

    /// The user whom a client means that binds under a name.
    ///
    /// Beside the user's entry that may be `cn=NAME` in its place, `uid=NAME` right below the suffix, and the bare login name:
    /// appliances have forms that offer no more.
    func username(bindingAs text: ArraySlice<UInt8>) -> String? {
        guard text.count <= DistinguishedName.maximumBytes else { return nil }
        if let bare = String(validating: text, as: UTF8.self), (try? Username(bare)) != nil,
            !text.contains(UInt8(ascii: "=")) || DistinguishedName(text) == nil
        {
            return bare
        }
        guard let name = DistinguishedName(text) else { return nil }
        return username(of: name) ?? username(of: name.withUsualTypes)
    }

    private func username(of name: DistinguishedName) -> String? {
        guard let own = name.parts.first, let below = name.parts(below: suffix),
            name.parent == people || below.count == 1
        else { return nil }
        return own.value(ofAny: "uid", "userid", "cn", "commonname")
    }

    /// The name of a user's entry.
    func name(of user: User) -> [UInt8] { name(ofUser: user.username) }

    /// The name of the entry of the user with a login name.
    func name(ofUser name: Username) -> [UInt8] {
        DistinguishedName.bytes("uid", name.text, below: peopleBytes)
    }

    /// The name of a group's entry, given what the group is called there.
    func name(ofGroup name: String) -> [UInt8] {
        DistinguishedName.bytes("cn", name, below: groupsBytes)
    }
}

extension DistinguishedName {
    /// The same name with the attributes called as entries here show them, whatever the client has called them.
    fileprivate var withUsualTypes: DistinguishedName {
        renaming { type in LDAPAttribute.named(type).map { $0.name.utf8.foldedBytes } }
    }
}

extension DistinguishedName.Part {
    /// The value as a text, if the part has one attribute, and that of one of these types.
    fileprivate func value(ofAny types: String...) -> String? {
        for type in types {
            // A longer one is nobody's.
            if let value = value(of: type), value.count <= Group.maximumNameBytes {
                return String(validating: value, as: UTF8.self)
            }
        }
        return nil
    }
}
