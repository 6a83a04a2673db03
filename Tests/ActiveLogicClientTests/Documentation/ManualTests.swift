import ActiveLogicClient
import ClientTestSupport
import Testing

/// The examples of the API's manual, line by line.
///
/// Where the manual contradicts itself, the test says which of its sentences holds.
@Suite("The manual's examples")
struct ManualTests {
    @Test("users are listed with all their attributes, by id")
    func listUsers() async throws {
        try await LiveServer.run { server in
            try await server.withConnection { conn in
                let us = conn.users()
                try await us.addUser(
                    name: "user",
                    password: Passwords.first,
                    readbm: 55,
                    writebm: 99,
                    lviewbm: 99
                )
                let list = try await us.list(User.self)
                #expect(list.map(\.id) == list.map(\.id).sorted())
                let user = try #require(list.first { $0.name == "user" })
                #expect(
                    user
                        == User(
                            id: user.id,
                            name: "user",
                            readbm: 55,
                            writebm: 99,
                            lviewbm: 99,
                            timeout: 0,
                            hosts: []
                        )
                )
            }
        }
    }

    @Test("keys are listed for a user object and for a name")
    func listKeys() async throws {
        try await LiveServer.withUsers { us, _ in
            try await us.addUser(name: "user", password: Passwords.first)
            try await us.addPubKey("user", PublicKeys.rsa)
            let user = try #require(try await us.list(User.self).first { $0.name == "user" })
            let expected = [UserPubKey(username: "user", key: PublicKeys.rsa)]
            #expect(try await us.list(UserPubKey.self, user: .user(user)) == expected)
            #expect(try await us.list(UserPubKey.self, user: "user") == expected)
        }
    }

    @Test("a new user is returned as it was stored: readbm=999 stays 999")
    func addUser() async throws {
        try await LiveServer.withUsers { us, _ in
            let user = try await us.addUser(name: "new_user", password: "password", readbm: 999)
            let expected = User(id: user.id, name: "new_user", readbm: 999)
            #expect(user == expected)
            #expect(try await us.list(User.self).contains(expected))
        }
    }

    @Test(
        "an update with an object that is out of date keeps what it does not name: timeout=10 stays 10"
    )
    func updateUser() async throws {
        try await LiveServer.withUsers { us, _ in
            try await us.addUser(name: "old_user", password: "password")
            let usr = try #require(try await us.list(User.self).first { $0.name == "old_user" })
            #expect(
                try await us.updateUser(.user(usr), timeout: 10)
                    == User(id: usr.id, name: "old_user", timeout: 10)
            )
            #expect(
                try await us.updateUser(.user(usr), name: "new_user", writebm: 99_999)
                    == User(id: usr.id, name: "new_user", writebm: 99_999, timeout: 10)
            )
        }
    }

    @Test("a user is removed by name, by id and by object")
    func removeUser() async throws {
        try await LiveServer.withUsers { us, _ in
            try await us.addUser(name: "new_user", password: "password")
            try await us.removeUser("new_user")

            let id = try await us.addUser(name: "new_user", password: "password").id
            try await us.removeUser(.id(id))

            try await us.addUser(name: "new_user", password: "password")
            let usr = try #require(try await us.list(User.self).first { $0.name == "new_user" })
            try await us.removeUser(.user(usr))

            #expect(try await us.list(User.self).allSatisfy { $0.name != "new_user" })
        }
    }

    @Test("the session user changes its own password and somebody else's, giving its own each time")
    func changeUserPassword() async throws {
        try await LiveServer.run { server in
            try await server.withConnection { connection in
                let us = connection.users()
                try await us.addUser(
                    name: "session_user",
                    password: "session_user_password",
                    readbm: .max,
                    writebm: .max,
                    lviewbm: .max
                )
                try await us.addUser(name: "other_user", password: "other_user_password")
            }
            try await server.withConnection(as: "session_user", "session_user_password") { conn in
                let us = conn.users()
                let own = try #require(
                    try await us.list(User.self).first { $0.name == "session_user" }
                )
                try await us.changeUserPassword(
                    .user(own),
                    currentPassword: "session_user_password",
                    newPassword: "new_password"
                )
                let other = try #require(
                    try await us.list(User.self).first { $0.name == "other_user" }
                )
                try await us.changeUserPassword(
                    .user(other),
                    currentPassword: "new_password",
                    newPassword: "other_user_new_password"
                )
            }
            try await server.withConnection(as: "session_user", "new_password") { _ in }
            try await server.withConnection(as: "other_user", "other_user_new_password") { _ in }
        }
    }

    @Test(
        "keys are added, and removed as listed and as text; the manual's own key is cut off and refused"
    )
    func keys() async throws {
        try await LiveServer.withUsers { us, _ in
            try await us.addUser(name: "admin", password: "password")
            let cut = await refusal { () async throws(ActiveLogicError) in
                try await us.addPubKey("admin", PublicKeys.cutOff)
            }
            #expect(cut?.kind == .valueError)

            try await us.addPubKey("admin", PublicKeys.rsa)
            let x = try #require(try await us.list(UserPubKey.self, user: "admin").first)
            try await us.removePubKey("admin", x)
            try await us.addPubKey("admin", PublicKeys.rsa)
            try await us.removePubKey("admin", PublicKeys.rsa)
            #expect(try await us.list(UserPubKey.self, user: "admin").isEmpty)
        }
    }

    @Test("authenticate answers liveview, read, write, in this order and with the user's own masks")
    func authenticate() async throws {
        try await LiveServer.withUsers { us, _ in
            try await us.addUser(
                name: "new_user",
                password: "password",
                readbm: .max,
                writebm: .max,
                lviewbm: .max
            )
            let all = try await us.authenticate(
                username: "new_user",
                password: "password",
                ipAddress: "127.0.0.1"
            )
            #expect(all.tuple == (.max, .max, .max))

            try await us.updateUser("new_user", readbm: 2, writebm: 3, lviewbm: 1)
            let (lview, read, write) = try await us.authenticate(
                username: "new_user",
                password: "password",
                ipAddress: "127.0.0.1"
            ).tuple
            #expect((lview, read, write) == (1, 2, 3))
        }
    }
}
