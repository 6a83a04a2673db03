import MusterCore
import Testing

extension StoreConformance {
    /// Of a user there is what was asked for at least, and what there is beside is as it would be read whole.
    ///
    /// - Throws: What a store throws where none of its promises lets it.
    public func userParts() async throws {
        let store = try await makeStore()
        var all: [User] = []
        for name in ["jane", "joe@example.com", "kim@example.com", "lou@example.com"] {
            var user = draft(name)
            user.inactivityTimeout = .seconds(60)
            user.note = "of \(name)"
            user.hosts = try AllowedNetworks(["192.0.2.0/24"])
            user.expiresAt = now.advanced(by: .seconds(60))
            all.append(try await insert(user, into: store))
        }
        let group = try await insertGroup("guides", into: store)
        let ids = all.map(\.id)
        try await store.write { [now] transaction throws(MusterError) in
            for id in ids {
                try transaction.updateLogins(of: id, to: LoginRecord(failureCount: 2))
            }
            for id in ids[1...2] { _ = try transaction.addMember(id, to: group.id) }
            for id in [ids[0], ids[2]] { try transaction.replacePerson(of: id, with: Person()) }
            for id in ids[2...3] {
                let key = SSHPublicKey(stored: .ed25519, blob: [UInt8](repeating: 7, count: 300))
                let stored = StoredSSHKey(key: key, fingerprint: "SHA256:a", addedAt: now)
                _ = try transaction.addSSHKey(stored, to: id)
            }
        }
        let holdings = [
            UserHoldings(hasPerson: true, hasSSHKeys: false),
            UserHoldings(hasPerson: false, hasSSHKeys: false),
            UserHoldings(hasPerson: true, hasSSHKeys: true),
            UserHoldings(hasPerson: false, hasSSHKeys: true),
        ]
        for parts in UserParts.choices {
            let (whole, lists, single) = try await store.read(.unbounded) {
                reader throws(MusterError) in
                var query = UserQuery(limit: 10)
                let whole = try reader.users(query)
                query.parts = parts
                var lists = [try reader.users(query)]
                query.group = group.id
                lists.append(try reader.users(query))
                var single: [User] = []
                for user in whole {
                    for reference in [
                        UserReference.id(user.id), .uuid(user.uuid),
                        .username(user.username.text),
                    ] {
                        guard let one = try reader.user(reference, with: parts) else { continue }
                        single.append(one)
                    }
                    let mail = user.displayEmail
                    single += try reader.users(withEmail: mail, limit: 5, with: parts)
                }
                return (whole, lists, single)
            }
            #expect(whole.map(\.id) == ids && whole.allSatisfy { $0.holdings == nil })
            #expect(whole.map { $0.groups.count } == [0, 1, 1, 0])
            #expect(lists.map { $0.map(\.id) } == [ids, Array(ids[1...2])])
            #expect(single.map(\.id) == ids.flatMap { [$0, $0, $0, $0] })
            for user in Array(lists.joined()) + single {
                let place = try #require(ids.firstIndex(of: user.id))
                #expect(user.holdings == nil || user.holdings == holdings[place])
                #expect(!parts.contains(.groups) || user.groups == whole[place].groups)
                #expect(user.groups.isEmpty || user.groups == whole[place].groups)
                var rest = user
                (rest.groups, rest.holdings) = (whole[place].groups, nil)
                if !parts.contains(.signIns) {
                    rest.inactivityTimeout = whole[place].inactivityTimeout
                    rest.note = whole[place].note
                    rest.logins = whole[place].logins
                }
                #expect(rest == whole[place], "all else is there")
            }
        }
    }
}
