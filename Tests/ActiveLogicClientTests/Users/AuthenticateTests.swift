import ActiveLogicClient
import ClientTestSupport
import Testing

@Suite("authenticate")
struct AuthenticateTests {
    @Test("three different masks come in the order liveview, read, write")
    func order() async throws {
        try await LiveServer.withUsers { users, _ in
            try await users.addUser(
                name: "somebody",
                password: Passwords.first,
                readbm: 2,
                writebm: 3,
                lviewbm: 1
            )
            let result = try await users.authenticate(
                username: "somebody",
                password: Passwords.first,
                ipAddress: "192.0.2.7"
            )
            #expect(result == Authentication(lviewbm: 1, readbm: 2, writebm: 3))
            let (lview, read, write) = result.tuple
            #expect([lview, read, write] == [1, 2, 3])
        }
    }

    @Test("unknown name, wrong password, wrong host and no address are one and the same error")
    func oneRefusal() async throws {
        try await LiveServer.withUsers { users, _ in
            try await users.addUser(
                name: "somebody",
                password: Passwords.first,
                hosts: ["192.0.2.0/24"]
            )
            let questions = [
                ("nobody", Passwords.first, "192.0.2.7"),
                ("somebody", Passwords.second, "192.0.2.7"),
                ("somebody", Passwords.first, "198.51.100.7"),
                ("somebody", Passwords.first, "no address"),
                ("somebody", Passwords.first, ""),
                ("", "", ""),
                ("3", Passwords.first, "192.0.2.7"),
            ]
            for (name, password, address) in questions {
                let error = await refusal { () async throws(ActiveLogicError) in
                    try await users.authenticate(
                        username: name,
                        password: password,
                        ipAddress: address
                    )
                }
                #expect(error?.kind == .pldbError)
                #expect(error?.code == "login_failed")
                #expect(error?.description == "PLDBError: Login Failed")
                #expect(error?.field == nil)
                #expect(error?.reason == nil)
            }
        }
    }

    @Test("the caller's own session is not touched, and a new password is known at once")
    func sideEffects() async throws {
        try await LiveServer.run { server in
            try await server.withConnection { connection in
                let users = connection.users(cacheEnabled: true)
                try await users.addUser(name: "somebody", password: Passwords.first)
                _ = try await users.list(User.self)
                try await users.updateUser("somebody", password: Passwords.second)
                let old = await refusal { () async throws(ActiveLogicError) in
                    try await users.authenticate(
                        username: "somebody",
                        password: Passwords.first,
                        ipAddress: "127.0.0.1"
                    )
                }
                #expect(old?.code == "login_failed")
                _ = try await users.authenticate(
                    username: "somebody",
                    password: Passwords.second,
                    ipAddress: "127.0.0.1"
                )
                #expect(try await users.list(User.self).count == 2)
            }
        }
    }

    @Test("without Read on Users nobody may ask")
    func withoutRight() async throws {
        try await LiveServer.withUsers { users, server in
            try await users.addUser(name: "plain", password: Passwords.first)
            try await server.withConnection(as: "plain", Passwords.first) { connection in
                let error = await refusal { () async throws(ActiveLogicError) in
                    try await connection.users().authenticate(
                        username: "plain",
                        password: Passwords.first,
                        ipAddress: "127.0.0.1"
                    )
                }
                #expect(error?.kind == .pldbError)
                #expect(error?.code == "permission_denied")
            }
        }
    }
}
