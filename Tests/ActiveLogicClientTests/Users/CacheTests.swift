import ActiveLogicClient
import ClientTestSupport
import Testing

@Suite("Lists from memory")
struct CacheTests {
    @Test("without cacheEnabled every list asks the server")
    func disabled() async throws {
        try await LiveServer.withUsers { users, server in
            for _ in 0..<3 { _ = try await users.list(User.self) }
            #expect(server.count("GET", "/users") == 3)
        }
    }

    @Test("with cacheEnabled a list is asked for once in 30 s, then only whether it is still true")
    func age() async throws {
        let time = FakeTime()
        try await withHandle(time) { users, _, server in
            let list = try await users.list(User.self)
            time.advance(by: .seconds(30))
            #expect(try await users.list(User.self) == list)
            #expect(statuses(server) == ["200"])
            time.advance(by: .milliseconds(1))
            #expect(try await users.list(User.self) == list)
            #expect(statuses(server) == ["200", "304"])
            time.advance(by: .seconds(30))
            #expect(try await users.list(User.self) == list)
            #expect(statuses(server) == ["200", "304"])
        }
    }

    @Test("a change through the same handle is seen at once")
    func ownChange() async throws {
        try await withHandle { users, _, _ in
            _ = try await users.list(User.self)
            try await users.addUser(name: "somebody", password: Passwords.first)
            #expect(try await users.list(User.self).map(\.name).contains("somebody"))
            try await users.updateUser("somebody", name: "other")
            #expect(try await users.list(User.self).map(\.name).contains("other"))
            try await users.addPubKey("other", PublicKeys.ed25519)
            #expect(try await users.list(UserPubKey.self, user: "other").count == 1)
            try await users.removePubKey("other", PublicKeys.ed25519)
            #expect(try await users.list(UserPubKey.self, user: "other").isEmpty)
            try await users.removeUser("other")
            #expect(try await users.list(User.self).count == 1)
        }
    }

    @Test("a change that failed may have changed something, so the next list asks the server")
    func failedChange() async throws {
        try await withHandle { users, _, server in
            _ = try await users.list(User.self)
            _ = await refusal { () async throws(ActiveLogicError) in
                try await users.removeUser("nobody")
            }
            _ = try await users.list(User.self)
            #expect(statuses(server) == ["200", "200"])
        }
    }

    @Test("a change of somebody else's is seen after 30 s at the latest, or after refresh")
    func foreignChange() async throws {
        let time = FakeTime()
        try await withHandle(time) { users, others, _ in
            _ = try await users.list(User.self)
            try await others.addUser(name: "first", password: Passwords.first)
            #expect(try await users.list(User.self).count == 1)
            time.advance(by: .seconds(31))
            #expect(try await users.list(User.self).count == 2)
            try await others.addUser(name: "second", password: Passwords.first)
            #expect(try await users.list(User.self).count == 2)
            users.refresh()
            #expect(try await users.list(User.self).count == 3)
        }
    }

    @Test("a list that shows another revision has the others asked for again")
    func mismatch() async throws {
        try await withHandle { users, others, server in
            _ = try await users.list(User.self)
            try await others.addUser(name: "somebody", password: Passwords.first)
            _ = try await users.list(UserPubKey.self, user: "somebody")
            #expect(try await users.list(User.self).count == 2)
            #expect(statuses(server) == ["200", "200"])
        }
    }

    @Test("the keys of each user are kept apart, by id and by name")
    func keysApart() async throws {
        try await withHandle { users, others, server in
            let one = try await others.addUser(name: "one", password: Passwords.first)
            try await others.addUser(name: "two", password: Passwords.first)
            try await others.addPubKey("one", PublicKeys.ed25519)
            for _ in 0..<2 {
                #expect(try await users.list(UserPubKey.self, user: .user(one)).count == 1)
                #expect(try await users.list(UserPubKey.self, user: "two").isEmpty)
            }
            let asked = server.log.lines.count { line in
                line.metadata["http.method"] == "GET"
                    && line.metadata["http.route"]?.hasSuffix("/keys") == true
            }
            #expect(asked == 2)
        }
    }

    @Test("keys that are too old are checked, and not sent again where they are still true")
    func keysUnchanged() async throws {
        let time = FakeTime()
        try await withHandle(time) { users, others, server in
            try await others.addUser(name: "one", password: Passwords.first)
            try await others.addPubKey("one", PublicKeys.ed25519)
            let keys = try await users.list(UserPubKey.self, user: "one")
            time.advance(by: .seconds(31))
            #expect(try await users.list(UserPubKey.self, user: "one") == keys)
            #expect(server.log.lines.last?.metadata["http.status"] == "304")
            try await others.addPubKey("one", PublicKeys.ecdsa)
            time.advance(by: .seconds(31))
            #expect(try await users.list(UserPubKey.self, user: "one").count == 2)
        }
    }

    @Test("a list belongs to whoever reads it: changing the copy changes nothing")
    func copies() async throws {
        try await withHandle { users, _, _ in
            var list = try await users.list(User.self)
            list[0].name = "changed"
            #expect(try await users.list(User.self).map(\.name) == ["admin@example.com"])
        }
    }

    private func withHandle(
        _ time: FakeTime = FakeTime(),
        _ body: (_ users: Users, _ others: Users, _ server: LiveServer) async throws -> Void
    ) async throws {
        try await LiveServer.run { server in
            try await server.withConnection(options: .quick(now: { time.now })) { connection in
                try await server.withConnection { other in
                    try await body(connection.users(cacheEnabled: true), other.users(), server)
                }
            }
        }
    }

    private func statuses(_ server: LiveServer) -> [String] {
        server.log.lines.compactMap { line in
            guard line.metadata["http.route"] == "/activelogic/v1/users",
                line.metadata["http.method"] == "GET"
            else { return nil }
            return line.metadata["http.status"]
        }
    }
}
