import FoundationEssentials
import LDAPWire
import MusterCore
import TextBytes

extension LDAPEntryView {
    /// A group by the name of its entry; nil if there is none that the caller sees.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func group(at name: String) throws(MusterError) -> LDAPEntry? {
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
        let user = try withGroups(user)
        if user.groups.contains(where: { groupNames[$0] == nil }) {
            for group in try entries.groups(of: user) {
                groupNames[group.uuid] = tree.name(ofGroup: group.name)
            }
        }
        return user.groups.compactMap { groupNames[$0] }
    }

    /// Whether a user is in a group.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func isMember(_ user: User, of group: Group) throws(MusterError) -> Bool {
        if group.id == listedGroup { return true }
        return try withGroups(user).groups.contains(group.uuid)
    }

    /// Whether somebody is in a group, by the login name.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func isMember(_ name: String, of group: Group) throws(MusterError) -> Bool {
        let user = try entries.user(.username(name), with: .groups)
        return user?.groups.contains(group.uuid) ?? false
    }

    /// A user with its groups, which are read now where the search has not asked for them.
    private func withGroups(_ user: User) throws(MusterError) -> User {
        parts.contains(.groups) ? user : try entries.user(.id(user.id), with: .groups) ?? user
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

    /// The group whose name a filter has; nil if that is none that the caller sees.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - text: The same as the client has written it.
    /// - Returns: The group.
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func group(of name: DistinguishedName, _ text: [UInt8]) throws(MusterError) -> Group? {
        // One user after the other is asked about the same one, most often.
        if let lastGroup, lastGroup.text == text { return lastGroup.group }
        var group: Group?
        if case .group(let called)? = place(of: name, text) {
            group = try self.group(called: called)
        }
        lastGroup = (text, group)
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
}
