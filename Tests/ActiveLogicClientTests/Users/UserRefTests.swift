import ActiveLogicClient
import ClientTestSupport
import Testing

@Suite("Ids, names and objects")
struct UserRefTests {
    @Test("the id 10 and the name \"10\" are different users, and each call meets the right one")
    func idAndName() async throws {
        try await LiveServer.withUsers { users, _ in
            try await users.addUser(name: "10", password: Passwords.first)
            var last: Int64 = 0
            while last < 10 {
                last = try await users.addUser(
                    name: "user\(last)",
                    password: Passwords.first
                ).id
            }
            #expect(try await users.updateUser(10, timeout: 1).id == 10)
            #expect(try await users.updateUser("10", timeout: 2).name == "10")
            try await users.addPubKey(10, PublicKeys.ed25519)
            try await users.addPubKey("10", PublicKeys.ecdsa)
            #expect(
                try await users.list(UserPubKey.self, user: 10).map(\.key) == [PublicKeys.ed25519]
            )
            #expect(
                try await users.list(UserPubKey.self, user: "10").map(\.key) == [PublicKeys.ecdsa]
            )
            try await users.removeUser(10)
            let left = try await users.list(User.self)
            #expect(left.contains { $0.name == "10" && $0.timeout == 2 })
            #expect(!left.contains { $0.id == 10 })
            try await users.removeUser("10")
            #expect(try await users.list(User.self).allSatisfy { $0.name != "10" })
        }
    }

    @Test("an object that was read before a rename still names its user, by id alone")
    func staleObject() async throws {
        try await LiveServer.withUsers { users, _ in
            let before = try await users.addUser(name: "before", password: Passwords.first)
            try await users.updateUser("before", name: "after", timeout: 7)
            let after = try await users.updateUser(.user(before), readbm: 1)
            #expect(after == User(id: before.id, name: "after", readbm: 1, timeout: 7))
        }
    }

    @Test("an object whose user is gone names nobody, even where the name was given again")
    func goneObject() async throws {
        try await LiveServer.withUsers { users, _ in
            let gone = try await users.addUser(name: "phoenix", password: Passwords.first)
            try await users.removeUser(.user(gone))
            let next = try await users.addUser(name: "phoenix", password: Passwords.first)
            #expect(next.id != gone.id)
            let error = await refusal { () async throws(ActiveLogicError) in
                try await users.removeUser(.user(gone))
            }
            #expect(error?.kind == .valueError)
            #expect(error?.code == "user_not_found")
            #expect(try await users.list(User.self).contains(next))
        }
    }

    @Test(
        "a name that no user has is a ValueError, whatever is in it",
        arguments: [
            "", ".", "..", "nobody", "a/b", "../sessions", "a%2Fb", "100%", "a b", "a?b=c", "a#b",
            "+", "\u{0}", "\n", "ä", "пользователь", "keys", "password", "by-name", "😀",
            String(repeating: "x", count: 255), String(repeating: "é", count: 100_000),
        ]
    )
    func hostileName(_ name: String) async throws {
        try await LiveServer.withUsers { users, _ in
            let errors = [
                await refusal { () async throws(ActiveLogicError) in
                    try await users.removeUser(.name(name))
                },
                await refusal { () async throws(ActiveLogicError) in
                    try await users.updateUser(.name(name), timeout: 1)
                },
                await refusal { () async throws(ActiveLogicError) in
                    try await users.list(UserPubKey.self, user: .name(name))
                },
                await refusal { () async throws(ActiveLogicError) in
                    try await users.addPubKey(.name(name), PublicKeys.ed25519)
                },
                await refusal { () async throws(ActiveLogicError) in
                    try await users.changeUserPassword(
                        .name(name),
                        currentPassword: Passwords.administrator,
                        newPassword: Passwords.first
                    )
                },
            ]
            #expect(errors.map { $0?.kind } == Array(repeating: .valueError, count: errors.count))
            #expect(errors.allSatisfy { $0?.code == "user_not_found" })
        }
    }

    @Test("an id that no user has is a ValueError", arguments: [Int64.min, -1, 0, 999_999, .max])
    func unknownID(_ id: Int64) async throws {
        try await LiveServer.withUsers { users, _ in
            let error = await refusal { () async throws(ActiveLogicError) in
                try await users.removeUser(.id(id))
            }
            #expect(error?.kind == .valueError)
            #expect(error?.code == "user_not_found")
        }
    }

    @Test(
        "users whose names are words of the path are found by name",
        arguments: ["keys", "password", "by-name", "users", "a.b@c+d=e-f", "_", "0"]
    )
    func wordsOfThePath(_ name: String) async throws {
        try await LiveServer.withUsers { users, _ in
            try await users.addUser(name: name, password: Passwords.first)
            #expect(try await users.updateUser(.name(name), timeout: 5).timeout == 5)
            try await users.addPubKey(.name(name), PublicKeys.ed25519)
            #expect(try await users.list(UserPubKey.self, user: .name(name)).count == 1)
            try await users.changeUserPassword(
                .name(name),
                currentPassword: Passwords.administrator,
                newPassword: Passwords.second
            )
            try await users.removeUser(.name(name))
        }
    }

    @Test("names are matched without regard to case and shown as they were given")
    func letterCase() async throws {
        try await LiveServer.withUsers { users, _ in
            try await users.addUser(name: "MixedCase", password: Passwords.first)
            #expect(try await users.updateUser("mixedcase", timeout: 3).name == "MixedCase")
        }
    }
}
