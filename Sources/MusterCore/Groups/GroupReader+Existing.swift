extension GroupReference {
    /// Whether it names the group that everybody is in.
    public var isEveryone: Bool {
        switch self {
        case .id(let id): id == GroupID(rawValue: 0)
        case .uuid(let uuid): uuid == Group.everyoneUUID
        case .name(let name):
            name.utf8.count <= Group.maximumNameBytes && GroupLook(name) == .everyone
        }
    }
}

extension GroupWriter {
    /// Says that the members of groups have changed.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func touch(_ groups: [Group], at now: Timestamp) throws(MusterError) {
        guard !groups.isEmpty else { return }
        var groups = groups
        for place in groups.indices { groups[place].noteChange(at: now) }
        try setChangeTimes(of: groups)
    }
}

extension DirectoryTransaction {
    /// Says that the groups of a user show somebody else: who goes, comes under another name, or is seen from now on or no more.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func touchGroups(of user: User, at now: Timestamp) throws(MusterError) {
        guard !user.groups.isEmpty else { return }
        try touch(try groups(user.groups), at: now)
    }
}

extension GroupReader {
    /// The group, which has to exist, for administrators; the built-in one without a count of its members.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`, `group.not_found` or
    ///   `store.unavailable`.
    func existingGroup(
        _ reference: GroupReference,
        for principal: Principal
    ) throws(MusterError) -> Group {
        try principal.requireAdministrator()
        guard !reference.isEveryone else { return Group.everyone(userCount: 0) }
        if case .name(let name) = reference, name.utf8.count > Group.maximumNameBytes {
            throw .noSuchGroup
        }
        return try existingGroup(reference)
    }

    /// The group, which has to exist.
    ///
    /// - Throws: ``MusterError`` with code `group.not_found` or `store.unavailable`.
    func existingGroup(_ reference: GroupReference) throws(MusterError) -> Group {
        guard let group = try group(reference) else { throw .noSuchGroup }
        return group
    }
}

extension MusterError {
    static var noSuchGroup: MusterError {
        MusterError(.groupNotFound, "The group does not exist.")
    }
}
