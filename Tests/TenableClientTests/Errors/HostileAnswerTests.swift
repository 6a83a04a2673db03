import ClientTestSupport
import HTTPTypes
import TenableClient
import Testing

@Suite("Answers that are not what the interface prescribes", .timeLimit(.minutes(10)))
struct HostileAnswerTests {
    private static let bodies = [
        "", "null", "true", "[]", "{}", "7", #""user""#, "<html></html>", "{", "{}{}",
        #"{"users":{}}"#, #"{"users":[7]}"#, #"{"users":[{}]}"#, #"{"users":[[]]}"#,
        #"{"id":"four","uuid":"u","username":"x"}"#, #"{"id":4,"uuid":4,"username":"x"}"#,
        #"{"id":4,"uuid":"u","username":["x"]}"#, #"{"id":4.5,"uuid":"u","username":"x"}"#,
        #"{"id":4,"uuid":"u","username":"x","enabled":"yes"}"#,
        #"{"id":4,"uuid":"u","username":"x","permissions":{}}"#,
        #"{"id":4,"uuid":"u","username":"x","lastlogin":"yesterday"}"#,
        #"{"id":4,"uuid":"u","username":"x","two_factor":[]}"#,
        #"{"id":4,"uuid":"u","username":"x","two_factor":{"sms_enabled":2}}"#,
        #"{"id":4,"uuid":"u","username":"x","group_uuids":[4]}"#,
        #"{"id":4,"uuid":"u","username":"x","lockout":7}"#,
        #"{"id":4,"uuid":"u","username":"x","rbac_roles":[{"name":"a"}]}"#,
        #"{"id":4,"id":5,"uuid":"u","username":"x"}"#,
        #"{"users":"# + String(repeating: "[", count: 100_000),
    ]

    @Test("are errors that name the request, and never more", arguments: bodies.indices)
    func malformed(_ index: Int) async throws {
        try await FakeServer.withTenableIO { _, _ in
            .answer(.ok, Self.bodies[index], [.requestUUID: "number"])
        } _: { tio, _ in
            for error in await failures(tio) {
                #expect(error?.kind == .malformedAnswer)
                #expect(error?.requestID == "number")
                #expect(error?.status == 200)
            }
        }
    }

    @Test("a list of roles is an array of roles", arguments: ["", "{}", "null", "[7]", "[{}]"])
    func roles(_ body: String) async throws {
        try await FakeServer.withTenableIO { _, _ in
            .answer(.ok, body)
        } _: { tio, _ in
            let error = await refusal { () async throws(TenableError) in
                try await tio.roles.list()
            }
            #expect(error?.kind == .malformedAnswer)
        }
    }

    @Test("a change whose answer cannot be read may have been made all the same")
    func changed() async throws {
        try await FakeServer.withTenableIO { _, _ in
            .answer(.ok, "")
        } _: { tio, _ in
            let error = await refusal { () async throws(TenableError) in
                try await tio.users.edit(4, name: "x")
            }
            #expect(error?.isOutcomeUnknown == true)
        }
    }

    @Test(
        "a token that cannot stand in a header is refused, and not repeated",
        arguments: [
            "", "a\\r\\nX-Evil: 1", "a;b", "a b", "ä", String(repeating: "t", count: 5_000),
        ]
    )
    func token(_ token: String) async throws {
        try await FakeServer.run { _, _ in
            .answer(.ok, #"{"token":"\#(token)"}"#)
        } _: { server in
            let error = await refusal { () async throws(TenableError) in
                try await TenableIO(
                    username: "admin@example.com",
                    password: Passwords.first,
                    url: server.address,
                    options: .quick()
                )
            }
            #expect(error?.kind == .malformedAnswer)
            #expect(server.received.count == 1)
        }
    }

    @Test("a record of numbers at their ends, and with members of every kind, is read")
    func extremes() async throws {
        let more = #","lastlogin":9223372036854775807,"extra":[1,{"a":null}],"name":"\u0000""#
        try await FakeServer.withTenableIO { _, _ in
            .answer(
                .ok,
                Answers.user(Int(Int64.max >> 1), permissions: .max, more: more)
            )
        } _: { tio, _ in
            let user = try await tio.users.details(4)
            #expect(user.permissions?.rawValue == .max)
            #expect(user.lastLogin != nil)
            #expect(user.json["extra"] == [1, ["a": .null]])
        }
    }

    @Test(
        "a long sentence of a refusal is cut",
        arguments: [
            String(repeating: "x", count: 200_000), String(repeating: "\u{E9}", count: 90_000),
        ]
    )
    func longSentences(_ text: String) async throws {
        for body in [#"{"error":"\#(text)"}"#, #"{"message":"\#(text)"}"#] {
            try await FakeServer.withTenableIO { _, _ in
                .answer(.conflict, body)
            } _: { tio, _ in
                let error = await refusal { () async throws(TenableError) in
                    try await tio.users.details(4)
                }
                #expect(error?.kind == .conflict)
                #expect((error?.message.utf8.count ?? .max) <= 1_000)
            }
        }
    }

    @Test("features become keys where they have short names of ASCII")
    func features() async throws {
        let long = String(repeating: "x", count: 65)
        let more = #","features":{"users":true,"\#(long)":true,"\u00e9":true,"n":7}"#
        try await FakeServer.withTenableIO { _, _ in
            .answer(.ok, Answers.user(4, more: more))
        } _: { tio, _ in
            let features = try await tio.session.details().features
            #expect(features == ["users": true])
        }
    }

    private func failures(_ tio: TenableIO) async -> [TenableError?] {
        [
            await refusal { () async throws(TenableError) in
                try await tio.users.list().all()
            },
            await refusal { () async throws(TenableError) in
                try await tio.users.details(4)
            },
            await refusal { () async throws(TenableError) in
                try await tio.users.edit(4, name: "x")
            },
            await refusal { () async throws(TenableError) in
                try await tio.users.genAPIKeys(4)
            },
            await refusal { () async throws(TenableError) in
                try await tio.users.listAuths(4)
            },
            await refusal { () async throws(TenableError) in
                try await tio.users.editAuths(4)
            },
            await refusal { () async throws(TenableError) in
                try await tio.session.details()
            },
            await refusal { () async throws(TenableError) in
                try await tio.groups.list()
            },
            await refusal { () async throws(TenableError) in
                try await tio.groups.edit(6, name: "x")
            },
            await refusal { () async throws(TenableError) in
                try await tio.roles.listUserRoles(4)
            },
            await refusal { () async throws(TenableError) in
                try await tio.auditLog.events()
            },
            await refusal { () async throws(TenableError) in
                try await tio.server.status()
            },
        ]
    }
}
