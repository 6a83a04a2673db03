import FoundationEssentials
import MusterCore
import Testing

extension StoreConformance {
    /// Groups have numbers that are never given twice, names that are unique without regard to ASCII case,
    /// and members that are counted.
    ///
    /// - Throws: What a store throws where none of its promises lets it.
    public func groups() async throws {
        try await groupsAreKept()
        try await groupNamesAreUnique()
        try await changeTimesAreSet()
        try await membersAreCounted()
    }

    private func groupsAreKept() async throws {
        let store = try await makeStore()
        #expect(try await list(store) == [], "the built-in group is none of the store's")
        let first = try await insertGroup("\u{DC}ber 'all' %_", into: store)
        #expect(first.id.rawValue >= 2, "0 is the built-in group and 1 nobody's")
        #expect(first.userCount == 0 && first.isManagedBySAML == nil)
        let second = try await insertGroup("second", into: store)
        #expect(second.id.rawValue > first.id.rawValue)
        #expect(try await list(store) == [first, second])
        #expect(try await find(.id(second.id), in: store) == second)
        #expect(try await find(.uuid(first.uuid), in: store) == first)
        for number in [Int64.min, -1, 0, 1, .max] {
            #expect(try await find(.id(GroupID(rawValue: number)), in: store) == nil)
        }
        #expect(try await find(.uuid(Group.everyoneUUID), in: store) == nil)

        try await store.write { transaction throws(MusterError) in
            try transaction.deleteGroup(second.id)
        }
        #expect(try await list(store) == [first])
        let third = try await insertGroup("second", into: store)
        #expect(third.id.rawValue > second.id.rawValue, "a deleted group's number was given again")
    }

    private func groupNamesAreUnique() async throws {
        let store = try await makeStore()
        var group = try await insertGroup("Team", into: store)
        let other = try await insertGroup("Other", into: store)
        let taken = await failure { try await insertGroup("TEAM", into: store) }
        #expect(taken?.code == .groupAlreadyExists)
        group.name = "oTHER"
        let clash = await failure { [group] in try await update(group, in: store) }
        #expect(clash?.code == .groupAlreadyExists)
        #expect(try await find(.id(group.id), in: store)?.name == "Team")

        try await store.read(.bounded) { reader throws(MusterError) in
            #expect(try reader.hasGroup(lookingLike: "oth\u{45}R", besides: nil))
            #expect(try !reader.hasGroup(lookingLike: "other", besides: other.id))
            #expect(try !reader.hasGroup(lookingLike: "others", besides: nil))
        }
        for name in ["Two  words", "two words", " Two", "Twofold"] {
            _ = try await insertGroup(name, into: store)
        }
        try await store.read(.bounded) { reader throws(MusterError) in
            let named = try reader.groups(beginningWith: "TWO", limit: 9).map(\.name)
            #expect(named == ["Two  words", "two words"])
            #expect(try reader.groups(beginningWith: "two", limit: 1).map(\.name) == ["Two  words"])
            #expect(try reader.groups(beginningWith: "", limit: 9).map(\.name) == [" Two"])
            let spaced = try reader.groups(beginningWith: "TWO ", limit: 9).map(\.name)
            #expect(spaced == ["Two  words"])
        }
        let accented = try await insertGroup("Zo\u{EB}", into: store)
        try await store.read(.bounded) { reader throws(MusterError) in
            for name in ["ZO\u{CB}", "zoe\u{308}", "Zo\u{EB}"] {
                #expect(try reader.hasGroup(lookingLike: name, besides: other.id))
                #expect(try !reader.hasGroup(lookingLike: name, besides: accented.id))
                #expect(try reader.group(.name(name))?.id == accented.id)
            }
            #expect(try reader.group(.name("Zoe")) == nil)
        }
        // As there may be from before looks were compared.
        let twin = try await insertGroup("ZOE\u{308}", into: store)
        for (name, id) in [
            ("ZOE\u{308}", twin.id), ("Zo\u{EB}", accented.id), ("zo\u{EB}", accented.id),
        ] {
            #expect(try await find(.name(name), in: store)?.id == id)
        }

        for managed in [true, false, nil] {
            group.name = managed == true ? "TEAM" : "New name"
            group.isManagedBySAML = managed
            try await update(group, in: store)
            #expect(try await find(.id(group.id), in: store) == group)
        }
        #expect(try await find(.id(other.id), in: store) == other)
    }

    private func changeTimesAreSet() async throws {
        let store = try await makeStore()
        var groups: [Group] = []
        for name in ["A", "B", "C"] { groups.append(try await insertGroup(name, into: store)) }
        for place in 0..<2 {
            groups[place].changedAt = groups[place].changedAt.advanced(by: .seconds(place + 1))
        }
        // What else is said of them is not taken over.
        let changed = groups.prefix(2).map { group in
            var group = group
            group.name = "C"
            group.externalID = "other"
            return group
        }
        try await store.write { transaction throws(MusterError) in
            try transaction.setChangeTimes(of: changed)
            try transaction.setChangeTimes(of: [])
        }
        #expect(try await list(store) == groups)
    }

    private func membersAreCounted() async throws {
        let (store, user) = try await makeStore(with: "jane@example.com")
        let other = try await insert(draft("other@example.com"), into: store)
        let second = try await insertGroup("B", into: store)
        let first = try await insertGroup("A", into: store)
        #expect(try await setMembership(of: user, in: first, true, store))
        #expect(try await !setMembership(of: user, in: first, true, store), "is in already")
        #expect(try await setMembership(of: user, in: second, true, store))
        #expect(try await setMembership(of: other, in: second, true, store))
        #expect(try await list(store).map(\.userCount) == [2, 1])
        #expect(
            try await store.user(.id(user.id))?.groups == [second.uuid, first.uuid],
            "by number"
        )
        #expect(try await store.user(.username("other@example.com"))?.groups == [second.uuid])

        #expect(try await setMembership(of: user, in: second, false, store))
        #expect(try await !setMembership(of: user, in: second, false, store), "is out already")
        #expect(try await store.user(.uuid(user.uuid))?.groups == [first.uuid])
        try await store.delete(other)
        #expect(try await list(store).map(\.userCount) == [0, 1])
        try await membersGoTogether(store, first)
    }

    /// Members of a group that has one are read page by page, and those of a range of numbers go at once.
    private func membersGoTogether(
        _ store: any DirectoryStore,
        _ group: Group
    ) async throws {
        var users: [User] = []
        for number in 1...4 {
            users.append(try await insert(draft("m\(number)@example.com"), into: store))
        }
        for user in users { _ = try await setMembership(of: user, in: group, true, store) }
        let ids = users.map(\.id)
        let (page, rest) = try await store.write { transaction throws(MusterError) in
            let page = try transaction.members(of: group.id, after: ids[0], limit: 2)
            try transaction.removeMembers(ids[1]...ids[2], from: group.id)
            return (page, try transaction.members(of: group.id, after: nil, limit: 9))
        }
        #expect(page.map(\.id) == Array(ids[1...2]))
        #expect(page.map(\.uuid) == users[1...2].map(\.uuid))
        #expect(page.map(\.username) == users[1...2].map(\.username))
        #expect(page.map(\.role) == users[1...2].map(\.role))
        #expect(page.map(\.masks) == users[1...2].map(\.masks))
        #expect(rest.map(\.id).suffix(2) == [ids[0], ids[3]])
        let count = try await list(store).first { $0.id == group.id }?.userCount
        #expect(count == rest.count)
        try await namedUsersGoTogether(store, group, users)
    }

    /// Of users who are named those are found whom there are, with whether they are in; and they come and go at once.
    private func namedUsersGoTogether(
        _ store: any DirectoryStore,
        _ group: Group,
        _ users: [User]
    ) async throws {
        let stranger = try await insert(draft("n@example.com"), into: store)
        let named = [users[3].uuid, UUID(), stranger.uuid, users[1].uuid]
        let ids = [users[3].id, users[1].id, stranger.id]
        let (before, between, after) = try await store.write { transaction throws(MusterError) in
            func members() throws(MusterError) -> [UserID: Bool] {
                let found = try transaction.candidates(named, of: group.id)
                return Dictionary(uniqueKeysWithValues: found.map { ($0.user.id, $0.isMember) })
            }
            let before = try transaction.candidates(named, of: group.id)
            try transaction.setMembers(ids, of: group.id, isMember: true)
            let between = try members()
            try transaction.setMembers([ids[0], ids[2]], of: group.id, isMember: false)
            return (before, between, try members())
        }
        let last = try #require(before.first { $0.user.id == users[3].id })
        #expect(before.count == 3 && last.isMember)
        #expect(last.user.uuid == users[3].uuid && last.user.username == users[3].username)
        #expect(last.user.role == users[3].role && last.user.masks == users[3].masks)
        #expect(before.filter { $0.user.id != users[3].id }.allSatisfy { !$0.isMember })
        #expect(between == [ids[0]: true, ids[1]: true, ids[2]: true])
        #expect(after == [ids[0]: false, ids[1]: true, ids[2]: false])
        try await foundByName(store, group, [users[1], users[3], stranger])
        #expect(try await store.user(.id(users[1].id))?.groups == [group.uuid])
        #expect(try await store.user(.id(stranger.id))?.groups == [])
    }

    /// Users are found by their login names, too, however those are spelt; by one that nobody has nobody is.
    private func foundByName(
        _ store: any DirectoryStore,
        _ group: Group,
        _ users: [User]
    ) async throws {
        let names = [
            "M2@example.COM", "nobody-at-all@example.com", "N@Example.com", "m4@example.com",
        ]
        let found = try await store.read(.bounded) { reader throws(MusterError) in
            try reader.candidates(named: names.map { Username(stored: $0) }, of: group.id)
        }
        let byID = found.sorted { $0.user.id < $1.user.id }
        let wanted = users.sorted { $0.id < $1.id }
        #expect(byID.map(\.user.id) == wanted.map(\.id))
        #expect(byID.map(\.user.username) == wanted.map(\.username))
        #expect(byID.map(\.user.masks) == wanted.map(\.masks))
        let known = try await store.read(.bounded) { reader throws(MusterError) in
            try reader.candidates(wanted.map(\.uuid), of: group.id)
        }
        #expect(byID.map(\.isMember) == known.sorted { $0.user.id < $1.user.id }.map(\.isMember))
    }

    private func setMembership(
        of user: User,
        in group: Group,
        _ isMember: Bool,
        _ store: any DirectoryStore
    ) async throws(MusterError) -> Bool {
        try await store.write { transaction throws(MusterError) in
            isMember
                ? try transaction.addMember(user.id, to: group.id)
                : try transaction.removeMember(user.id, from: group.id)
        }
    }

    private func update(
        _ group: Group,
        in store: any DirectoryStore
    ) async throws(MusterError) {
        try await store.write { transaction throws(MusterError) in
            try transaction.updateGroup(group)
        }
    }

    private func list(_ store: any DirectoryStore) async throws(MusterError) -> [Group] {
        try await store.read(.bounded) { reader throws(MusterError) in try reader.groups() }
    }

    private func find(
        _ reference: GroupReference,
        in store: any DirectoryStore
    ) async throws(MusterError) -> Group? {
        try await store.read(.bounded) { reader throws(MusterError) in try reader.group(reference) }
    }
}
