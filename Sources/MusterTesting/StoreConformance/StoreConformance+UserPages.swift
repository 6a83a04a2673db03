import MusterCore
import Testing

extension StoreConformance {
    /// Users are listed in every order, by prefix and by group, page by page, the same at any depth.
    ///
    /// - Throws: What a store throws where none of its promises lets it.
    public func userPages() async throws {
        try await everyOrderIsRight()
        try await prefixesAreLiteral()
        try await prefixesFindEveryContinuation()
        try await groupsAreListed()
        try await countsAreRight()
        try await filtersAgree()
        try await pagesAreStable()
        try await pagesGoOnWhereOneStood()
        try await usersWhoAreGoneAreNamed()
    }

    /// The users of the checks below, in order of their number; no two orders are alike.
    private func makeCrowd() async throws -> any DirectoryStore {
        let store = try await makeStore()
        let drafts = [
            draft("delta@example.com", display: "anna"),
            draft("Bravo@example.com", display: "Anna", email: "z@example.com"),
            draft("alpha@example.com", email: "A@example.com"),
            draft("charlie@example.com", display: "\u{C9}mile"),
            draft("echo@example.com", display: "Zoe", email: "a@example.com"),
        ]
        for draft in drafts {
            _ = try await insert(draft, into: store)
        }
        // Two of them are changed at once.
        let moments = ["charlie": 1, "alpha": 2, "echo": 2, "bravo": 3, "delta": 4]
        for (name, offset) in moments {
            let user = try #require(try await store.user(.username("\(name)@example.com")))
            try await change(user, after: offset, in: store)
        }
        return store
    }

    /// Changes a user some milliseconds after the beginning.
    private func change(_ user: User, after offset: Int, in store: any DirectoryStore) async throws
    {
        let moment = now.advanced(by: .milliseconds(offset))
        try await store.write { transaction throws(MusterError) in
            try transaction.updateUser(user, at: moment)
        }
    }

    private func everyOrderIsRight() async throws {
        let store = try await makeCrowd()
        let orders: [UserQuery.SortField: String] = [
            .id: "delta Bravo alpha charlie echo",
            .username: "alpha Bravo charlie delta echo",
            .name: "alpha delta Bravo echo charlie",
            .email: "alpha echo charlie delta Bravo",
            .changed: "charlie alpha echo Bravo delta",
        ]
        for field in UserQuery.SortField.allCases {
            let upwards = (orders[field] ?? "").split(separator: " ").map(String.init)
            for limit in [1, 2, 3, 5, 100] {
                var query = UserQuery(limit: limit, sort: field)
                #expect(try await walk(store, query) == upwards, "by \(field), \(limit) a page")
                query.isDescending = true
                let downwards = Array(upwards.reversed())
                #expect(try await walk(store, query) == downwards, "by -\(field), \(limit) a page")
            }
        }
    }

    private func filtersAgree() async throws {
        let store = try await makeCrowd()
        let all = try await page(store, UserQuery(limit: 100))
        let now = now
        let moments = [1000, 2000, 3000].map { now.advanced(by: .milliseconds($0)) }
        try await store.write { transaction throws(MusterError) in
            for (index, var user) in all.enumerated() {
                user.isEnabled = index != 1
                user.expiresAt = index == 0 ? moments[0] : index == 4 ? moments[2] : nil
                user.role = index == 2 ? .administrator : .basic
                user.secondFactor.isEmailEnabled = index == 3
                try transaction.updateUser(user, at: now)
                var logins = user.logins
                logins.failureCount = index * 2
                logins.lastFailure = index == 0 ? nil : moments[index % 3]
                logins.lastClosing = index == 0 ? nil : moments[index % 3]
                logins.lastSuccess = index == 4 ? moments[2] : nil
                try transaction.updateLogins(of: user.id, to: logins)
            }
            try transaction.noteKeyUse([all[0].id: moments[1]])
            for index: UInt8 in [0, 2] {
                let key = StoredAPIKey(
                    accessKey: accessKey(index),
                    secretDigest: digest(index),
                    createdAt: moments[0]
                )
                try transaction.replaceAPIKey(of: all[Int(index)].id, with: key)
            }
            // One app is confirmed, the other is not.
            for (user, tries) in [(all[1], nil), (all[2], 5)] {
                let secret = TimeCodeSecret(key: Secret([1, 2, 3]), triesLeft: tries)
                _ = try transaction.insertFactor(
                    .timeCode(secret),
                    of: user.id,
                    label: "App",
                    at: now
                )
            }
        }
        let present = try await page(store, UserQuery(limit: 100))
        let later = moments[2].advanced(by: .seconds(10))
        let filters: [(filter: UserFilter, count: Int)] = [
            (.role(.administrator), 1), (.role(.standard), 0), (.enabled(true), 4),
            (.enabled(false), 1), (.noSecondFactor, 3), (.expired(by: now), 0),
            (.expired(by: moments[0]), 1), (.expired(by: moments[2]), 2),
            (.closed(after: moments[0], upTo: moments[1]), 2),
            (.closed(after: moments[0], upTo: later), 3), (.closed(after: later, upTo: later), 0),
            (.failed(moreThan: 3, after: now, upTo: later), 3),
            (.failed(moreThan: 3, after: moments[0], upTo: later), 2),
            (.unusedSince(now), 0), (.unusedSince(moments[1]), 3), (.unusedSince(moments[2]), 4),
            (.unusedSince(later), 5), (.keysUnusedSince(moments[0]), 0),
            (.keysUnusedSince(moments[1]), 1), (.keysUnusedSince(later), 2),
            (.changed(since: now), 5), (.changed(since: moments[0]), 0),
        ]
        for (filter, count) in filters {
            let query = UserQuery(limit: 100, filters: [filter])
            let found = try await page(store, query)
            let kept = present.filter { user in
                filter.keeps(
                    user,
                    hasFactor: user.id == all[1].id,
                    keysMadeAt: [all[0].id, all[2].id].contains(user.id) ? moments[0] : nil
                )
            }
            #expect(found == kept && found.count == count, "\(filter)")
            let counted = try await store.read(.bounded) { reader throws(MusterError) in
                try reader.userCount(query)
            }
            #expect(counted == count, "\(filter)")
        }
        let both = UserQuery(limit: 100, prefix: "a", filters: [.enabled(true), .noSecondFactor])
        #expect(
            try await page(store, both).map(\.username.text) == [
                "delta@example.com", "alpha@example.com", "echo@example.com",
            ]
        )
    }

    private func countsAreRight() async throws {
        let store = try await makeCrowd()
        let group = try await insertGroup("Some", into: store)
        let all = try await store.read(.bounded) { reader throws(MusterError) in
            try reader.users(UserQuery(limit: 100)).map(\.id)
        }
        try await store.write { transaction throws(MusterError) in
            for id in all.prefix(2) { _ = try transaction.addMember(id, to: group.id) }
        }
        let counts: [(prefix: String?, group: GroupID?, count: Int)] = [
            (nil, nil, 5), ("an", nil, 2), ("alpha", nil, 1), ("nobody", nil, 0), ("\0", nil, 0),
            (nil, group.id, 2), ("bravo", group.id, 1), ("alpha", group.id, 0),
            (nil, GroupID(rawValue: 999), 0),
        ]
        for (prefix, group, count) in counts {
            let query = UserQuery(limit: 1, after: all.last, prefix: prefix, group: group)
            let found = try await store.read(.bounded) { reader throws(MusterError) in
                try reader.userCount(query)
            }
            #expect(found == count, "\(prefix ?? "all") in \(group?.rawValue ?? 0)")
        }
    }

    private func prefixesAreLiteral() async throws {
        let store = try await makeCrowd()
        let expected: [(prefix: String, names: String)] = [
            ("AN", "delta Bravo"), ("a", "alpha delta Bravo echo"), ("z", "Bravo echo"),
            ("alpha@example.com", "alpha"), ("alpha@example.com!", ""), ("\u{C9}", "charlie"),
            ("\u{E9}", ""), ("%", ""), ("_", ""), ("*", ""), ("'", ""), ("lpha", ""),
            ("\u{10FFFF}", ""), ("", "alpha delta Bravo echo charlie"),
        ]
        for (prefix, names) in expected {
            for limit in [1, 100] {
                let query = UserQuery(limit: limit, prefix: prefix, sort: .name)
                let found = try await walk(store, query).joined(separator: " ")
                #expect(found == names, "beginning with \(prefix.debugDescription)")
            }
        }
    }

    private func prefixesFindEveryContinuation() async throws {
        let store = try await makeStore()
        for (number, ending) in ["", "\u{1}", "z", "\u{FFFF}", "\u{10FFFF}", "\u{10FFFF}b"]
            .enumerated()
        {
            let draft = draft("user\(number)@example.com", display: "prefix" + ending)
            _ = try await insert(draft, into: store)
        }
        let found = try await page(store, UserQuery(limit: 100, prefix: "PREFIX"))
        #expect(found.map(\.shortName) == (0...5).map { "user\($0)" })
    }

    private func groupsAreListed() async throws {
        let store = try await makeCrowd()
        let group = try await insertGroup("Team", into: store)
        let empty = try await insertGroup("Empty", into: store)
        let members = try await store.read(.bounded) { reader throws(MusterError) in
            try reader.users(UserQuery(limit: 100)).filter { $0.displayName.hasSuffix("nna") }
        }
        try await store.write { transaction throws(MusterError) in
            for member in members {
                _ = try transaction.addMember(member.id, to: group.id)
            }
        }
        let team = UserQuery(limit: 1, sort: .username, group: group.id)
        #expect(try await walk(store, team) == ["Bravo", "delta"])
        let found = UserQuery(limit: 1, prefix: "d", sort: .username, group: group.id)
        #expect(try await walk(store, found) == ["delta"])
        #expect(try await walk(store, UserQuery(limit: 10, group: empty.id)) == [])
        #expect(try await walk(store, UserQuery(limit: 10, group: GroupID(rawValue: -1))) == [])
    }

    private func pagesAreStable() async throws {
        let store = try await makeCrowd()
        var query = UserQuery(limit: 2, sort: .username)
        let first = try await page(store, query)
        #expect(first.map(\.shortName) == ["alpha", "Bravo"])
        try await insertMany(["aaron@example.com", "cedric@example.com"], into: store)
        query.after = first.last?.id
        #expect(try await walk(store, query) == ["cedric", "charlie", "delta", "echo"])
    }

    private func pagesGoOnWhereOneStood() async throws {
        let store = try await makeCrowd()
        var query = UserQuery(limit: 2, sort: .changed)
        let last = try #require(try await page(store, query).last)
        #expect(last.shortName == "alpha")
        var later = UserQuery(limit: 3, filters: [.changed(since: last.changedAt)])
        #expect(try await walk(store, later) == ["delta", "Bravo", "alpha", "echo"])
        later.sort = .changed
        #expect(try await walk(store, later) == ["alpha", "echo", "Bravo", "delta"])
        later.isDescending = true
        #expect(try await walk(store, later) == ["delta", "Bravo", "echo", "alpha"])
        (query.after, query.afterChange) = (last.id, last.changedAt)
        #expect(try await walk(store, query) == ["echo", "Bravo", "delta"])
        try await change(last, after: 5, in: store)
        #expect(try await walk(store, query) == ["echo", "Bravo", "delta", "alpha"])
        query.isDescending = true
        #expect(try await walk(store, query) == ["charlie"])
        query.afterChange = nil
        #expect(try await walk(store, query) == ["delta", "Bravo", "echo", "charlie"])
        query.afterChange = last.changedAt
        try await store.delete(last)
        #expect(try await walk(store, query) == ["charlie"])
        query.isDescending = false
        #expect(try await walk(store, query) == ["echo", "Bravo", "delta"])
    }

    private func usersWhoAreGoneAreNamed() async throws {
        let store = try await makeCrowd()
        let bravo = try #require(try await store.user(.username("bravo@example.com")))
        try await store.delete(bravo)
        let byNumber = UserQuery(limit: 10, after: bravo.id)
        #expect(try await walk(store, byNumber) == ["alpha", "charlie", "echo"])
        for field in UserQuery.SortField.allCases where field != .id {
            let query = UserQuery(limit: 10, after: bravo.id, sort: field)
            let refusal = await failure { try await page(store, query) }
            #expect(refusal?.code == .inputInvalid, "by \(field)")
            #expect(refusal?.details["field"] == "after", "by \(field)")
        }
    }

    /// All pages of a query, one after the other.
    private func walk(_ store: any DirectoryStore, _ query: UserQuery) async throws -> [String] {
        var query = query
        var names: [String] = []
        while true {
            let users = try await page(store, query)
            names += users.map(\.shortName)
            guard let last = users.last, users.count == query.limit, names.count < 100 else {
                return names
            }
            (query.after, query.afterChange) = (last.id, last.changedAt)
        }
    }

    private func page(_ store: any DirectoryStore, _ query: UserQuery) async throws -> [User] {
        try await store.read(.bounded) { reader throws(MusterError) in try reader.users(query) }
    }
}

extension User {
    /// What stands before the `@`.
    fileprivate var shortName: String {
        String(username.text.prefix { $0 != "@" })
    }
}
