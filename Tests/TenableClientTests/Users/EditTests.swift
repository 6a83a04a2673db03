import ClientTestSupport
import FoundationEssentials
import HTTPTypes
import MusterCore
import MusterTesting
import TenableClient
import Testing

@Suite("Editing", .timeLimit(.minutes(10)))
struct EditTests {
    @Test("at Muster an edit really edits, changes nothing else, and can clear a name")
    func reallyEdits() async throws {
        try await LiveServer.withTenableIO { tio, server in
            let user = try await tio.users.create(
                username: "jane@example.com",
                password: Passwords.first,
                permissions: .standard,
                name: "Jane Doe",
                email: "doe@example.com"
            )
            let renamed = try await tio.users.edit(user.id, name: .set("Jane Roe"))
            #expect(renamed.name == "Jane Roe")
            #expect(renamed.email == "doe@example.com")
            #expect(renamed.permissions == .standard)
            #expect(try await tio.users.edit(user.id, permissions: .basic).permissions == 16)
            #expect(try await tio.users.edit(user.id, enabled: false).enabled == false)
            _ = try await tio.users.edit(user.id, name: .clear)
            #expect(try await tio.users.details(user.id).name == "jane@example.com")
            #expect(try await tio.users.edit(user.id).email == "doe@example.com")
            #expect(try await tio.users.edit(user.id, email: .clear).email == "jane@example.com")
            let id = try #require(user.id.number)
            let stored = try await server.test.users.details(
                .user(.id(.init(rawValue: id))),
                by: server.test.asAdministrator
            )
            #expect(stored.name == nil)
        }
    }

    @Test("only what changes is sent, in one request")
    func onlyChanges() async throws {
        try await FakeServer.withTenableIO { _, _ in
            .answer(.ok, Answers.user())
        } _: { tio, server in
            try await tio.users.edit(4)
            try await tio.users.edit(4, permissions: 0)
            try await tio.users.edit(4, name: .clear, enabled: true)
            try await tio.users.edit(
                4,
                permissions: .administrator,
                name: "Jane",
                email: "a@b.c",
                enabled: false
            )
            #expect(
                server.received.map(\.body) == [
                    "{}", #"{"permissions":0}"#, #"{"name":"","enabled":true}"#,
                    #"{"permissions":64,"name":"Jane","email":"a@b.c","enabled":false}"#,
                ]
            )
        }
    }

    @Test("authorizations that are left out are read first and kept")
    func someAuths() async throws {
        try await FakeServer.withTenableIO { request, _ in
            .answer(
                .ok,
                request.method == .get
                    ? #"{"api_permitted":true,"password_permitted":false,"saml_permitted":true}"#
                    : ""
            )
        } _: { tio, server in
            try await tio.users.editAuths(4, samlPermitted: false, mfaEnrollmentRequired: true)
            #expect(
                server.received.map(\.body) == [
                    "",
                    #"{"api_permitted":true,"password_permitted":false,"saml_permitted":false,"#
                        + #""mfa_enrollment_required":true}"#,
                ]
            )
        }
    }

    @Test("ids are numbers and UUIDs, in variables and literals; what is neither is not sent")
    func ids() async throws {
        let uuid = try #require(UUID(uuidString: "60F73E4F-8983-41C2-A13C-39074CBB6229"))
        let ids: [TenableIO.ID] = [
            4, .init(4), "4", "60F73E4F-8983-41C2-A13C-39074CBB6229", .init(uuid),
        ]
        try await FakeServer.withTenableIO { _, _ in
            .answer(.ok, Answers.user())
        } _: { tio, server in
            for id in ids { _ = try await tio.users.details(id) }
            let expected = [4, 4, 4].map { "GET /users/\($0)" }
            let lower = "GET /users/60f73e4f-8983-41c2-a13c-39074cbb6229"
            #expect(server.lines == expected + [lower, lower])
            for text in ["", "jane@example.com", "..", "4/keys", "04", "+4", " 4", "4 ", "nope"] {
                let error = await refusal { () async throws(TenableError) in
                    try await tio.users.delete(.init(text))
                }
                #expect(error?.kind == .notFound)
                #expect(error?.status == nil)
            }
            #expect(server.received.count == 5)
        }
    }

    @Test("deleting can name a successor; a reset needs no present password and can be temporary")
    func more() async throws {
        let uuid = try #require(UUID(uuidString: "60F73E4F-8983-41C2-A13C-39074CBB6229"))
        try await FakeServer.withTenableIO { _, _ in
            .answer(.ok)
        } _: { tio, server in
            try await tio.users.delete(4, successorUUID: uuid)
            try await tio.users.changePassword(
                4,
                oldPassword: nil,
                newPassword: "secret",
                temporary: true
            )
            #expect(
                server.lines.first
                    == "DELETE /users/4?successor_user_uuid=60f73e4f-8983-41c2-a13c-39074cbb6229"
            )
            #expect(server.received.last?.body == #"{"password":"secret","temporary":true}"#)
        }
    }
}
