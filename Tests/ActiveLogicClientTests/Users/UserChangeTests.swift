import ActiveLogicClient
import ClientTestSupport
import Testing

@Suite("Adding, changing and removing users")
struct UserChangeTests {
    @Test("a name that is taken is a PLDBError in the manual's words, for adding and renaming")
    func takenName() async throws {
        try await LiveServer.withUsers { users, _ in
            try await users.addUser(name: "first", password: Passwords.first)
            try await users.addUser(name: "second", password: Passwords.first)
            let errors = [
                await refusal { () async throws(ActiveLogicError) in
                    try await users.addUser(name: "FIRST", password: Passwords.first)
                },
                await refusal { () async throws(ActiveLogicError) in
                    try await users.updateUser("second", name: "first")
                },
            ]
            for error in errors {
                #expect(error?.kind == .pldbError)
                #expect(error?.code == "user_already_exists")
                #expect(
                    error?.description == "PLDBError: A User with the given name already exists"
                )
                #expect(error?.requestID?.isEmpty == false)
            }
        }
    }

    @Test("of two that add the same name at once, one succeeds")
    func race() async throws {
        try await LiveServer.withUsers { users, _ in
            async let left = refusal { () async throws(ActiveLogicError) in
                try await users.addUser(name: "same", password: Passwords.first)
            }
            async let right = refusal { () async throws(ActiveLogicError) in
                try await users.addUser(name: "same", password: Passwords.first)
            }
            let errors = await [left, right].compactMap(\.self)
            #expect(errors.map(\.code) == ["user_already_exists"])
        }
    }

    @Test("what is left out stays, zero and the empty list are values, and nothing changes nothing")
    func leftOut() async throws {
        try await LiveServer.withUsers { users, _ in
            let user = try await users.addUser(
                name: "somebody",
                password: Passwords.first,
                readbm: 1,
                writebm: 2,
                lviewbm: 3,
                timeout: 4,
                hosts: ["10.0.0.0/8"]
            )
            #expect(try await users.updateUser("somebody") == user)
            #expect(try await users.updateUser("somebody", hosts: nil) == user)
            let bare = try await users.updateUser(
                "somebody",
                readbm: 0,
                writebm: 0,
                lviewbm: 0,
                timeout: 0,
                hosts: []
            )
            #expect(bare == User(id: user.id, name: "somebody"))
        }
    }

    @Test("an empty name and an empty password are ValueErrors")
    func emptyTexts() async throws {
        try await LiveServer.withUsers { users, _ in
            try await users.addUser(name: "somebody", password: Passwords.first)
            let errors = [
                await refusal { () async throws(ActiveLogicError) in
                    try await users.updateUser("somebody", name: "")
                },
                await refusal { () async throws(ActiveLogicError) in
                    try await users.updateUser("somebody", password: "")
                },
                await refusal { () async throws(ActiveLogicError) in
                    try await users.addUser(name: "", password: Passwords.first)
                },
            ]
            #expect(errors.map { $0?.kind } == [.valueError, .valueError, .valueError])
        }
    }

    @Test("a new password set by an administrator works at once and ends the user's sessions")
    func newPassword() async throws {
        try await LiveServer.withUsers { users, server in
            try await users.addUser(name: "somebody", password: Passwords.first)
            try await server.withConnection(as: "somebody", Passwords.first) { connection in
                try await users.updateUser("somebody", password: Passwords.second)
                let error = await refusal { () async throws(ActiveLogicError) in
                    try await connection.users().list(UserPubKey.self, user: "somebody")
                }
                #expect(error?.kind == .pldbDetached)
                #expect(error?.reason == "password_changed")
            }
            try await server.withConnection(as: "somebody", Passwords.second) { _ in }
        }
    }

    @Test("nobody removes itself, and removing twice is a ValueError")
    func removal() async throws {
        try await LiveServer.withUsers { users, server in
            try await users.addUser(name: "somebody", password: Passwords.first, writebm: 8)
            try await server.withConnection(as: "somebody", Passwords.first) { connection in
                let error = await refusal { () async throws(ActiveLogicError) in
                    try await connection.users().removeUser(.user(connection.user))
                }
                #expect(error?.kind == .pldbError)
            }
            try await users.removeUser("somebody")
            let error = await refusal { () async throws(ActiveLogicError) in
                try await users.removeUser("somebody")
            }
            #expect(error?.kind == .valueError)
        }
    }

    @Test("without Read on Users the list is a PLDBError, but one's own keys can be listed")
    func withoutRights() async throws {
        try await LiveServer.withUsers { users, server in
            try await users.addUser(name: "plain", password: Passwords.first)
            try await server.withConnection(as: "plain", Passwords.first) { connection in
                let own = connection.users()
                let error = await refusal { () async throws(ActiveLogicError) in
                    try await own.list(User.self)
                }
                #expect(error?.kind == .pldbError)
                #expect(error?.code == "permission_denied")
                let keys = try await own.list(UserPubKey.self, user: .user(connection.user))
                #expect(keys.isEmpty)
            }
        }
    }
}
