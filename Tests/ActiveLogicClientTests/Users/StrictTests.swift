import ActiveLogicClient
import ClientTestSupport
import HTTPTypes
import Testing

@Suite("Strict handles")
struct StrictTests {
    @Test("a change after somebody else's is PLDBNewDataCommitted, and nothing is changed")
    func foreignCommit() async throws {
        try await withHandles { users, others, server in
            _ = try await users.list(User.self)
            try await others.addUser(name: "foreign", password: Passwords.first)
            let error = await refusal { () async throws(ActiveLogicError) in
                try await users.addUser(name: "own", password: Passwords.first)
            }
            #expect(error?.kind == .pldbNewDataCommitted)
            #expect(error?.code == "revision_changed")
            #expect(try await others.list(User.self).allSatisfy { $0.name != "own" })
        }
    }

    @Test("so is a list, until refresh, which begins again")
    func refresh() async throws {
        try await withHandles { users, others, _ in
            _ = try await users.list(User.self)
            try await others.addUser(name: "foreign", password: Passwords.first)
            for _ in 0..<2 {
                let error = await refusal { () async throws(ActiveLogicError) in
                    try await users.list(UserPubKey.self, user: "foreign")
                }
                #expect(error?.kind == .pldbNewDataCommitted)
            }
            users.refresh()
            #expect(try await users.list(User.self).count == 2)
            try await users.removeUser("foreign")
        }
    }

    @Test("one's own changes follow each other without reading in between")
    func ownChanges() async throws {
        try await withHandles { users, others, _ in
            _ = try await users.list(User.self)
            let user = try await users.addUser(name: "somebody", password: Passwords.first)
            try await users.updateUser(.user(user), timeout: 5)
            try await users.updateUser(.user(user))
            try await users.updateUser(.user(user), password: Passwords.second)
            try await users.addPubKey(.user(user), PublicKeys.ed25519)
            try await users.addPubKey(.user(user), PublicKeys.ed25519)
            try await users.removePubKey(.user(user), PublicKeys.ed25519)
            try await users.changeUserPassword(
                .user(user),
                currentPassword: Passwords.administrator,
                newPassword: Passwords.first
            )
            try await users.removeUser(.user(user))
            try await others.addUser(name: "foreign", password: Passwords.first)
            let error = await refusal { () async throws(ActiveLogicError) in
                try await users.addUser(name: "own", password: Passwords.first)
            }
            #expect(error?.kind == .pldbNewDataCommitted)
        }
    }

    @Test("a handle that has read nothing has nothing to be out of date")
    func nothingRead() async throws {
        try await withHandles { users, others, _ in
            try await others.addUser(name: "foreign", password: Passwords.first)
            try await users.removeUser("foreign")
        }
    }

    @Test("a refused change is no change")
    func refusedChange() async throws {
        try await withHandles { users, _, _ in
            _ = try await users.list(User.self)
            let error = await refusal { () async throws(ActiveLogicError) in
                try await users.removeUser("nobody")
            }
            #expect(error?.kind == .valueError)
            try await users.addUser(name: "somebody", password: Passwords.first)
        }
    }

    @Test("a change right after one's own is found out with the next call")
    func rightBehind() async throws {
        let script = FakeDialect.script { request, _ in
            switch request.method {
            case .get: .answer(.ok, #"{"users":[\#(FakeDialect.user)]}"#, [.eTag: "\"7\""])
            // The server counts one for the change and one for somebody else's.
            case .delete where request.fields[.ifMatch] == "\"7\"":
                .answer(.noContent, "", [.eTag: "\"9\""])
            default:
                .answer(
                    request.fields[.ifMatch] == "\"9\"" ? .noContent : .preconditionFailed,
                    FakeDialect.error("PLDBNewDataCommitted", "revision_changed", "Changed.")
                )
            }
        }
        try await FakeServer.run(script) { server in
            try await server.withConnection { connection in
                let users = connection.users(strict: true)
                _ = try await users.list(User.self)
                try await users.removeUser("one")
                let error = await refusal { () async throws(ActiveLogicError) in
                    try await users.removeUser("two")
                }
                #expect(error?.kind == .pldbNewDataCommitted)
                #expect(server.received.last?.fields[.ifMatch] == "\"8\"")
            }
        }
    }

    @Test("after a change whose answer was lost nothing is sure until refresh")
    func lostAnswer() async throws {
        let script = FakeDialect.script { request, _ in
            request.method == .get
                ? .answer(.ok, #"{"users":[\#(FakeDialect.user)]}"#, [.eTag: "\"7\""]) : .hangUp
        }
        try await FakeServer.run(script) { server in
            try await server.withConnection { connection in
                let users = connection.users(strict: true)
                _ = try await users.list(User.self)
                let lost = await refusal { () async throws(ActiveLogicError) in
                    try await users.removeUser("one")
                }
                #expect(lost?.code == "connection_lost")
                #expect(lost?.isOutcomeUnknown == true)
                let count = server.received.count
                let error = await refusal { () async throws(ActiveLogicError) in
                    try await users.removeUser("two")
                }
                #expect(error?.kind == .pldbNewDataCommitted)
                #expect(server.received.count == count)
                users.refresh()
                _ = try await users.list(User.self)
            }
        }
    }

    @Test("pages of different revisions are no list")
    func pages() async throws {
        let script = FakeDialect.script { request, count in
            let ids = count == 0 ? 1...2_000 : 2_001...2_001
            let users = ids.map { id in
                #"{"id":\#(id),"name":"u\#(id)","readbm":0,"writebm":0,"lviewbm":0,"timeout":0,"hosts":[]}"#
            }
            let body = #"{"users":[\#(users.joined(separator: ","))]}"#
            return .answer(.ok, body, [.eTag: "\"\(count)\""])
        }
        try await FakeServer.run(script) { server in
            try await server.withConnection { connection in
                let error = await refusal { () async throws(ActiveLogicError) in
                    try await connection.users(strict: true).list(User.self)
                }
                #expect(error?.kind == .pldbNewDataCommitted)
            }
        }
    }

    @Test(
        "a server that does not number its changes is a PLDBCapabilityError, before anything is sent"
    )
    func withoutRevisions() async throws {
        try await FakeServer.run(FakeDialect.script(["paging"]) { _, _ in .hangUp }) { server in
            try await server.withConnection { connection in
                let users = connection.users(strict: true)
                let errors = [
                    await refusal { () async throws(ActiveLogicError) in
                        try await users.list(User.self)
                    },
                    await refusal { () async throws(ActiveLogicError) in
                        try await users.removeUser("one")
                    },
                ]
                #expect(errors.map { $0?.kind } == [.pldbCapabilityError, .pldbCapabilityError])
                #expect(server.received.count == 1)
            }
        }
    }

    private func withHandles(
        _ body: (_ users: Users, _ others: Users, _ server: LiveServer) async throws -> Void
    ) async throws {
        try await LiveServer.run { server in
            try await server.withConnection { connection in
                try await server.withConnection { other in
                    try await body(
                        connection.users(cacheEnabled: true, strict: true),
                        other.users(),
                        server
                    )
                }
            }
        }
    }
}
