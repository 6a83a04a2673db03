import ClientTestSupport
import HTTPTypes
import MusterTesting
import TenableClient
import Testing

@Suite("Acting as another user", .timeLimit(.minutes(10)))
struct ImpersonationTests {
    @Test("only what gets the value of the scope acts as the other, whatever others do meanwhile")
    func scoped() async throws {
        try await LiveServer.withTenableIO { tio, server in
            let names = (1...5).map { "user\($0)@example.com" }
            for name in names { _ = try await server.test.makeUser(name) }
            try await withThrowingTaskGroup { group in
                for name in names + names + names {
                    group.addTask {
                        try await tio.impersonating(name) { theirs in
                            let they = try await theirs.session.details().user
                            #expect(they.username == name)
                            let me = try await tio.session.details().user
                            #expect(me.id == 2)
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test("one inside another counts alone, and restore leads back to the caller")
    func nested() async throws {
        try await FakeServer.withTenableIO { _, _ in
            .answer(.ok, Answers.user())
        } _: { tio, server in
            try await tio.impersonating("a@example.com") { a in
                let b = try a.users.impersonate("b@example.com")
                _ = try await b.session.details()
                _ = try await a.session.details()
                _ = try await b.session.restore().session.details()
            }
            let name = HTTPField.Name.named("X-Impersonate")
            #expect(
                server.received.map { $0.fields[name] } == [
                    "username=b@example.com", "username=a@example.com", nil,
                ]
            )
        }
    }

    @Test("an unknown user, and a caller who is no administrator, are 403")
    func refused() async throws {
        try await LiveServer.withTenableIO { tio, server in
            let nobody = await refusal { () async throws(TenableError) in
                _ = try await tio.users.impersonate("nobody@example.com").session.details()
            }
            #expect(nobody?.kind == .forbidden)
            #expect(nobody?.message == "Forbidden")
            let user = try await tio.users.create(
                username: "jane@example.com",
                password: Passwords.first,
                permissions: 16
            )
            let keys = try await tio.users.genAPIKeys(user.id)
            let hers = try TenableIO(
                accessKey: keys.accessKey,
                secretKey: keys.secretKey,
                url: server.address,
                options: .quick()
            )
            let error = await refusal { () async throws(TenableError) in
                _ = try await hers.users.impersonate("admin@example.com").session.details()
            }
            #expect(error?.kind == .forbidden)
            await hers.close()
        }
    }

    @Test(
        "what cannot be a login name is refused before anything is sent",
        arguments: [
            "", "a b", "a\r\nX-Evil: 1", "ä@example.com", String(repeating: "a", count: 255),
        ]
    )
    func noName(_ name: String) async throws {
        let tio = try TenableIO(token: nil, url: "https://localhost")
        let error = await refusal { () async throws(TenableError) in
            try tio.users.impersonate(name)
        }
        #expect(error?.kind == .unusableOption)
        await tio.close()
    }
}
