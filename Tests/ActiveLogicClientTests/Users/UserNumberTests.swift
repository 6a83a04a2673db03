import ActiveLogicClient
import ClientTestSupport
import HTTPTypes
import Testing

@Suite("Masks and timeouts")
struct UserNumberTests {
    @Test(
        "a mask comes back bit by bit, from nothing to everything",
        arguments: [0, 1, 55, 999, 99_999, (1 << 53) + 1, .max - 1, .max] as [Int64]
    )
    func masks(_ mask: Int64) async throws {
        try await LiveServer.withUsers { users, _ in
            let added = try await users.addUser(
                name: "somebody",
                password: Passwords.first,
                readbm: mask,
                writebm: mask,
                lviewbm: mask
            )
            let listed = try #require(
                try await users.list(User.self).first { $0.name == "somebody" }
            )
            for user in [added, listed] {
                #expect([user.readbm, user.writebm, user.lviewbm] == [mask, mask, mask])
            }
        }
    }

    @Test("a negative mask is a ValueError and nobody is added")
    func negativeMask() async throws {
        try await LiveServer.withUsers { users, _ in
            let error = await refusal { () async throws(ActiveLogicError) in
                try await users.addUser(name: "somebody", password: Passwords.first, readbm: -1)
            }
            #expect(error?.kind == .valueError)
            #expect(error?.field == "readbm")
            let list = try await users.list(User.self)
            #expect(list.count == 1)
        }
    }

    @Test("a timeout beyond 2^31-1 or below 0 is a ValueError", arguments: [-1, 1 << 31])
    func timeout(_ seconds: Int64) async throws {
        try await LiveServer.withUsers { users, _ in
            try await users.addUser(
                name: "somebody",
                password: Passwords.first,
                timeout: (1 << 31) - 1
            )
            let error = await refusal { () async throws(ActiveLogicError) in
                try await users.updateUser("somebody", timeout: seconds)
            }
            #expect(error?.kind == .valueError)
            #expect(error?.field == "timeout")
        }
    }

    @Test("nobody gives bits that it does not hold: the whole change is refused")
    func escalation() async throws {
        try await LiveServer.run { server in
            try await server.withConnection { connection in
                try await connection.users().addUser(
                    name: "keeper",
                    password: Passwords.first,
                    writebm: 8
                )
            }
            try await server.withConnection(as: "keeper", Passwords.first) { connection in
                let users = connection.users()
                let error = await refusal { () async throws(ActiveLogicError) in
                    try await users.addUser(
                        name: "friend",
                        password: Passwords.second,
                        readbm: 8,
                        writebm: 9
                    )
                }
                #expect(error?.kind == .pldbError)
                #expect(error?.code == "permission_denied")
                let names = try await users.list(User.self).map(\.name)
                #expect(!names.contains("friend"))
            }
        }
    }

    @Test(
        "numbers in answers that are not whole numbers of 64 bits are not taken for any",
        arguments: ["7.0", "7e0", "true", "\"7\"", "null", "9223372036854775808"]
    )
    func wireNumbers(_ number: String) async throws {
        let user =
            #"{"id":3,"name":"x","readbm":\#(number),"writebm":0,"lviewbm":0,"timeout":0,"hosts":[]}"#
        let script = FakeDialect.script { _, _ in .answer(.ok, #"{"users":[\#(user)]}"#) }
        try await FakeServer.run(script) { server in
            try await server.withUsers { users in
                let error = await refusal { () async throws(ActiveLogicError) in
                    try await users.list(User.self)
                }
                #expect(error?.kind == .pldbIOError)
                #expect(error?.code == "malformed_response")
            }
        }
    }
}
