import FoundationEssentials
import LDAPWire
import MusterCore
import TextBytes

/// The entries at one moment, with what is known of them kept for the next that needs it.
final class LDAPEntryView {
    let entries: EntryReader
    let tree: LDAPTree
    let settings: LDAPSettings
    /// How many users of one address are looked at.
    let mailLimit: Int
    /// Whether it is made where the search has come in: what an index finds, and all at once.
    let isQuick: Bool
    /// Whether one has more of them.
    var isTooLong = false
    private var groupNames: [UUID: [UInt8]] = [:]
    private var everyoneName: String?
    var members: (group: GroupID, names: [Username])?
    /// What is known of the users who were read last.
    var persons = LDAPReadAhead<Person>()
    var keys = LDAPReadAhead<[StoredSSHKey]>()
    /// When their passwords were set; none of those who have none.
    var passwordTimes: [UserID: Timestamp?] = [:]
    var lastPerson: (user: UserID, person: LDAPPerson?)?
    var lastNames: (user: UserID, names: (first: [UInt8]?, last: [UInt8]))?
    private var knownGroups: [ByteText: Group?] = [:]
    private var knownPlaces: [[UInt8]: LDAPTree.Place?] = [:]
    /// The most groups that are kept by what they are called, and the most places by their names: as many as a filter asks about,
    /// since each user is asked about all of them again.
    private static let mostKnown = LDAPFilter.maximumTerms

    init(
        _ entries: EntryReader,
        _ tree: LDAPTree,
        _ settings: LDAPSettings,
        isQuick: Bool = false
    ) {
        self.isQuick = isQuick
        mailLimit = isQuick ? LDAPSearchJob.quickMail + 1 : UserQuery.maximumLimit
        self.entries = entries
        self.tree = tree
        self.settings = settings
    }

    /// The entry of a place; nil if there is none that the caller sees.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func entry(at place: LDAPTree.Place) throws(MusterError) -> LDAPEntry? {
        switch place {
        case .root: .root
        case .schema: .schema
        case .suffix: .suffix
        case .people: .people
        case .groups: .groups
        case .user(let name): try entries.user(.username(name)).map { .user($0) }
        case .group(let name): try group(at: name)
        }
    }

    private func group(at name: String) throws(MusterError) -> LDAPEntry? {
        if let group = try entries.group(.name(name)) { return .group(group, name: group.name) }
        let everyone = try everyone()
        if name.withSingleBlanks.hasSameFoldedBytes(as: everyone.name) {
            return .group(everyone.group, name: everyone.name)
        }
        return try group(called: name).map { .group($0, name: $0.name) }
    }

    /// The group that everybody is in, which is each user's first group and has no members of its own.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func everyone() throws(MusterError) -> (group: Group, name: String) {
        let group = Group.everyone(userCount: 0)
        if everyoneName == nil {
            // A real group of that name keeps it.
            let isTaken = try entries.group(.name(LDAPTree.everyone)) != nil
            everyoneName = isTaken ? group.name : LDAPTree.everyone
        }
        return (group, everyoneName ?? group.name)
    }

    /// The names of the groups' entries that a user is in.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func groupNames(of user: User) throws(MusterError) -> [[UInt8]] {
        if user.groups.contains(where: { groupNames[$0] == nil }) {
            for group in try entries.groups(of: user) {
                groupNames[group.uuid] = tree.name(ofGroup: group.name)
            }
        }
        return user.groups.compactMap { groupNames[$0] }
    }

    /// A real group, by what it is called; nil if there is none that the caller sees.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func group(called name: String) throws(MusterError) -> Group? {
        // A search asks about the same few for each of its users.
        let key = ByteText(name)
        if let known = knownGroups[key] { return known }
        var group = try entries.group(.name(name))
        if group == nil { group = try groups(named: name).first }
        if knownGroups.count >= Self.mostKnown { knownGroups.removeAll() }
        knownGroups.updateValue(group, forKey: key)
        return group
    }

    /// The real groups of a name, as filters compare names.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func groups(named name: String) throws(MusterError) -> [Group] {
        guard !isQuick || name.utf8.count <= LDAPSearchJob.quickNameBytes else {
            isTooLong = true
            return []
        }
        let limit = isQuick ? LDAPSearchJob.quickGroups : LDAPSearchJob.maximumEntries
        let found = try entries.groups(called: name, limit: limit)
        if isQuick, !found.isWhole { isTooLong = true }
        return found.groups
    }

    /// What a name in a filter stands for, which each of many entries is asked about; nil if that is nothing.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - text: The same as the client has written it.
    /// - Returns: Its place.
    func place(of name: DistinguishedName, _ text: [UInt8]) -> LDAPTree.Place? {
        if let known = knownPlaces[text] { return known }
        let place = try? tree.place(of: name)
        if knownPlaces.count >= Self.mostKnown { knownPlaces.removeAll() }
        knownPlaces.updateValue(place, forKey: text)
        return place
    }

    /// The name of an entry.
    func name(of entry: LDAPEntry) -> [UInt8] {
        switch entry {
        case .root: []
        case .schema: tree.schema.bytes
        case .suffix: tree.suffix.bytes
        case .people: tree.people.bytes
        case .groups: tree.groups.bytes
        case .user(let user): tree.name(of: user)
        case .group(_, let name): tree.name(ofGroup: name)
        }
    }
}
