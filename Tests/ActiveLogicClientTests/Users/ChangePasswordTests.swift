import ActiveLogicClient
import ClientTestSupport
import HTTPTypes
import Testing

@Suite("changeUserPassword")
struct ChangePasswordTests {
    @Test("the current password is the caller's, never the one of whose password changes")
    func whosePassword() async throws {
        try await LiveServer.withUsers { users, server in
            try await users.addUser(name: "target", password: Passwords.first)
            let error = await refusal { () async throws(ActiveLogicError) in
                try await users.changeUserPassword(
                    "target",
                    currentPassword: Passwords.first,
                    newPassword: Passwords.second
                )
            }
            #expect(error?.kind == .pldbError)
            #expect(error?.code == "password_current_invalid")
            try await server.withConnection(as: "target", Passwords.first) { _ in }

            try await users.changeUserPassword(
                "target",
                currentPassword: Passwords.administrator,
                newPassword: Passwords.second
            )
            try await server.withConnection(as: "target", Passwords.second) { _ in }
        }
    }

    @Test("anybody changes its own; its other sessions end, the one in use goes on")
    func ownPassword() async throws {
        try await LiveServer.withUsers { users, server in
            try await users.addUser(name: "plain", password: Passwords.first)
            try await server.withConnection(as: "plain", Passwords.first) { other in
                try await server.withConnection(as: "plain", Passwords.first) { connection in
                    let own = connection.users()
                    try await own.changeUserPassword(
                        .user(connection.user),
                        currentPassword: Passwords.first,
                        newPassword: Passwords.second
                    )
                    #expect(try await own.list(UserPubKey.self, user: "plain").isEmpty)
                }
                let error = await refusal { () async throws(ActiveLogicError) in
                    try await other.users().list(UserPubKey.self, user: "plain")
                }
                #expect(error?.kind == .pldbDetached)
                #expect(error?.reason == "password_changed")
            }
        }
    }

    @Test("somebody else's needs Write on Users")
    func withoutRight() async throws {
        try await LiveServer.withUsers { users, server in
            try await users.addUser(name: "plain", password: Passwords.first)
            try await users.addUser(name: "target", password: Passwords.first)
            try await server.withConnection(as: "plain", Passwords.first) { connection in
                let error = await refusal { () async throws(ActiveLogicError) in
                    try await connection.users().changeUserPassword(
                        "target",
                        currentPassword: Passwords.first,
                        newPassword: Passwords.second
                    )
                }
                #expect(error?.kind == .pldbError)
                #expect(error?.code == "permission_denied")
            }
        }
    }

    @Test("a new password that breaks the policy is a ValueError")
    func policy() async throws {
        try await LiveServer.withUsers { users, _ in
            let error = await refusal { () async throws(ActiveLogicError) in
                try await users.changeUserPassword(
                    "admin@example.com",
                    currentPassword: Passwords.administrator,
                    newPassword: "short"
                )
            }
            #expect(error?.kind == .valueError)
            #expect(error?.code == "password_policy")
        }
    }

    @Test("an old server gets to see neither password: nothing is sent at all")
    func oldServer() async throws {
        let script = FakeDialect.script([]) { _, _ in .answer(.noContent) }
        try await FakeServer.run(script) { server in
            try await server.withUsers { users in
                let error = await refusal { () async throws(ActiveLogicError) in
                    try await users.changeUserPassword(
                        "admin",
                        currentPassword: Passwords.first,
                        newPassword: Passwords.second
                    )
                }
                #expect(error?.kind == .pldbUnsupportedInFirmware)
                #expect(
                    error?.description
                        == "PLDBUnsupportedInFirmware: Use 'update_user' to change the password of a user."
                )
                #expect(server.received.map(\.method) == [.post])
            }
            #expect(server.received.map(\.method) == [.post, .delete])
            for secret in [Passwords.first, Passwords.second] {
                #expect(server.received.allSatisfy { !$0.body.contains(secret) })
            }
        }
    }
}
