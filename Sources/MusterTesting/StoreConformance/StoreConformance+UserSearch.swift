import MusterCore
import Testing
import TextBytes

extension StoreConformance {
    /// Users are found by what their names and addresses contain, as a look at each of them would find them, and counted.
    ///
    /// - Throws: What a store throws where none of its promises lets it.
    public func userSearch() async throws {
        let store = try await makeStore()
        var texts = RandomTexts()
        let drafts = (0..<600).map { number in
            let (name, mail) = (texts.next(upTo: 9), texts.next(upTo: 9))
            return draft(
                "user\(number)@example.com",
                display: name.isEmpty ? nil : name,
                email: mail.isEmpty ? nil : mail
            )
        }
        let now = now
        let uuids = drafts.map { _ in nextUUID() }
        let users = try await store.write { transaction throws(MusterError) in
            var users: [User] = []
            for (draft, uuid) in zip(drafts, uuids) {
                users.append(try transaction.insertUser(draft, uuid: uuid, at: now))
            }
            return users
        }
        try await findsWhatIsThere(store, &texts)
        // Others are called by their names, some are gone, and some have come.
        try await store.write { transaction throws(MusterError) in
            for (number, var user) in users.enumerated() where number % 4 == 0 {
                user.name = users[(number + 77) % users.count].email ?? "Somebody"
                try transaction.updateUser(user, at: now)
            }
            for (number, user) in users.enumerated() where number % 5 == 1 {
                try transaction.deleteUser(user.id)
            }
        }
        _ = try await insert(draft("late@example.com", display: "aAb\"*%"), into: store)
        try await findsWhatIsThere(store, &texts)
        try await findsByClues(store, &texts)
        #expect(try await store.userCount() == 481)
    }

    /// Whoever has one of each list of texts is found, in order and page by page; others may be.
    private func findsByClues(
        _ store: any DirectoryStore,
        _ texts: inout RandomTexts
    ) async throws {
        for number in 0..<60 {
            let fixed = [["use"], ["\"\"\"", "EXA"], ["m\u{E9}*", "% _", "com"]]
            let clues = (0...number % 3).map { place in
                number < 3
                    ? fixed[place] : (0...number % 4).map { _ in texts.next(from: 3, upTo: 3) }
            }
            let sort = UserQuery.SortField.allCases[number % UserQuery.SortField.allCases.count]
            var query = UserQuery(limit: 10_000, sort: sort, isDescending: number % 2 == 0)
            let all = try await found(store, query).users
            query.clues = clues
            query.limit = 37
            var users: [User] = []
            while true {
                let asked = query
                let page = try await store.read(.bounded) { reader throws(MusterError) in
                    try reader.users(asked)
                }
                users += page
                guard page.count == query.limit else { break }
                query.after = page.last?.id
            }
            let numbers = Set(users.map(\.id))
            #expect(users.map(\.id) == all.map(\.id).filter(numbers.contains), "\(clues)")
            let sure = all.filter { user in
                let own = [user.username.text, user.displayName, user.displayEmail]
                    .map(\.foldedASCII)
                return clues.allSatisfy { any in
                    any.contains { clue in own.contains { $0.contains(clue.foldedASCII) } }
                }
            }
            #expect(numbers.isSuperset(of: sure.map(\.id)), "\(clues)")
            let few = try await store.read(.bounded) { reader throws(MusterError) in
                try reader.fewUsers(withClues: clues, limit: 20)
            }
            guard let few else { continue }
            #expect(few.count <= 20 && few.map(\.id) == few.map(\.id).sorted(), "\(clues)")
            #expect(Set(few.map(\.id)).isSuperset(of: sure.map(\.id)), "\(clues)")
        }
    }

    private func findsWhatIsThere(
        _ store: any DirectoryStore,
        _ texts: inout RandomTexts
    ) async throws {
        let all = try await found(store, UserQuery(limit: UserQuery.maximumLimit)).users
        let hostile = [
            "\"\"\"", "\" OR \"", "a AND b", "NEAR(a b)", "%%%", "___", "***", "\\\\\\", "'; --",
            "^abc",
            "username:", "user1", "USER1", "@Example.COM", "example.com\0", "\0\0\0",
            "\u{10FFFF}\u{10FFFF}\u{10FFFF}", "\u{E9}\u{E9}\u{E9}", "e\u{301}e",
            "user12@example.com", "nobody at all", String(repeating: "a", count: 254),
        ]
        let somebody = all.indices.filter { $0 % 40 == 0 }.compactMap { all[$0].name }
        let random = (0..<40).map { _ in texts.next(from: 3, upTo: 5) }
        for (number, needle) in (hostile + somebody + random).enumerated()
        where needle.unicodeScalars.count >= UserQuery.minimumInfix {
            let sort = UserQuery.SortField.allCases[number % UserQuery.SortField.allCases.count]
            var query = UserQuery(limit: 10_000, sort: sort, isDescending: number % 3 == 0)
            let whole = try await found(store, query).users
            let folded = needle.foldedASCII
            let expected = whole.filter { user in
                [user.username.text, user.displayName, user.displayEmail].contains {
                    $0.foldedASCII.contains(folded)
                }
            }
            query.infix = needle
            let (users, total) = try await found(store, query)
            let word = needle.debugDescription
            #expect(users.map(\.id) == expected.map(\.id), "containing \(word)")
            #expect(total == ListTotal(expected.count), "containing \(word)")
            query.limit = 3
            query.after = expected.first?.id
            let page = try await found(store, query).users
            #expect(page.map(\.id) == expected.dropFirst().prefix(3).map(\.id), "behind \(word)")
            query.after = nil
            query.prefix = "user1"
            query.filters = [.enabled(true)]
            let both = expected.filter { user in
                [user.username.text, user.displayName, user.displayEmail].contains {
                    $0.foldedASCII.starts(with: "user1".utf8)
                }
            }
            let (some, count) = try await found(store, query)
            #expect(some.map(\.id) == both.prefix(3).map(\.id), "user1 and \(word)")
            #expect(count == ListTotal(both.count), "user1 and \(word)")
        }
    }

    private func found(
        _ store: any DirectoryStore,
        _ query: UserQuery
    ) async throws -> (users: [User], total: ListTotal) {
        try await store.read(.bounded) { reader throws(MusterError) in
            (try reader.users(query), try reader.userTotal(query))
        }
    }
}

/// Short texts of few characters, so that many have some of them in common.
private struct RandomTexts {
    private static let alphabet = Array(
        "aAbB\u{E9}\u{C9}\u{DF}\u{1F511}e\u{301}\u{10FFFF} %_*\"'\\-^".unicodeScalars
    )
    private let random = SeededRandom(seed: 16)

    mutating func next(from fewest: Int = 0, upTo most: Int) -> String {
        let bytes = random.bytes(most + 1)
        let count = fewest + Int(bytes[0]) % (most - fewest + 1)
        var text = String.UnicodeScalarView()
        for byte in bytes.dropFirst().prefix(count) {
            text.append(Self.alphabet[Int(byte) % Self.alphabet.count])
        }
        return String(text)
    }
}
