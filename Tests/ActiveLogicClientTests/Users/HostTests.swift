import ActiveLogicClient
import ClientTestSupport
import Testing

@Suite("Hosts")
struct HostTests {
    @Test(
        "a host is stored in its only form",
        arguments: [
            ("10.0.0.5", "10.0.0.5"), ("10.0.0.5/32", "10.0.0.5"), ("10.0.0.0/8", "10.0.0.0/8"),
            ("::/0", "::/0"), ("2001:0db8:0:0:0:0:0:1", "2001:db8::1"), ("::10.0.0.5", "::a00:5"),
            ("::ffff:10.0.0.5", "10.0.0.5"), ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
            ("::ffff:0:0/96", "0.0.0.0/0"), ("2001:DB8::1/128", "2001:db8::1"),
        ]
    )
    func canonical(_ text: String, _ stored: String) async throws {
        try await LiveServer.withUsers { users, _ in
            let user = try await users.addUser(
                name: "somebody",
                password: Passwords.first,
                hosts: [text]
            )
            #expect(user.hosts == [stored])
        }
    }

    @Test(
        "what is neither address nor network is a ValueError, and nothing is stored",
        arguments: [
            "10.0.0", "10.0.0.0/08", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.256", " 10.0.0.1",
            "10.0.0.1 ", "10.0.0.0 / 8", "", "localhost", "10.0.0.*", "2001:db8::/129",
            "::ffff:0:0/95", "1:2:3:4:5:6:7:8:9", "10.0.0.0/", "/8", "10.0.0.0//8", "0x0a.0.0.1",
            "10.0.0.5/24", "127.1", "0177.0.0.1", "!10.0.0.1", "10.0.0.1:22", "[::1]",
            "fe80::1%eth0",
        ]
    )
    func refused(_ text: String) async throws {
        try await LiveServer.withUsers { users, _ in
            try await users.addUser(name: "somebody", password: Passwords.first, hosts: ["::1"])
            let errors = [
                await refusal { () async throws(ActiveLogicError) in
                    try await users.updateUser("somebody", timeout: 9, hosts: ["10.0.0.1", text])
                },
                await refusal { () async throws(ActiveLogicError) in
                    try await users.addUser(
                        name: "another",
                        password: Passwords.first,
                        hosts: [text]
                    )
                },
            ]
            #expect(errors.map { $0?.kind } == [.valueError, .valueError])
            #expect(errors.allSatisfy { $0?.field == "hosts" })
            let list = try await users.list(User.self)
            #expect(list.contains { $0.hosts == ["::1"] && $0.timeout == 0 })
            #expect(list.count == 2)
        }
    }

    @Test(
        "authenticate lets in who may come from there",
        arguments: [
            ([], "203.0.113.9", true), (["10.0.0.0/8"], "10.255.255.255", true),
            (["10.0.0.0/8"], "11.0.0.0", false), (["::ffff:10.0.0.0/104"], "10.1.2.3", true),
            (["0.0.0.0/0"], "::1", false), (["::/0"], "::ffff:10.0.0.1", false),
            (["2001:db8::/32"], "2001:db9::1", false),
        ] as [([String], String, Bool)]
    )
    func matching(_ hosts: [String], _ peer: String, _ isAllowed: Bool) async throws {
        try await LiveServer.withUsers { users, _ in
            try await users.addUser(name: "somebody", password: Passwords.first, hosts: hosts)
            let error = await refusal { () async throws(ActiveLogicError) in
                try await users.authenticate(
                    username: "somebody",
                    password: Passwords.first,
                    ipAddress: peer
                )
            }
            #expect((error == nil) == isAllowed)
        }
    }

    @Test("narrowing a user's hosts shuts out its open session with the next request")
    func narrowing() async throws {
        try await LiveServer.withUsers { users, server in
            try await users.addUser(name: "somebody", password: Passwords.first)
            try await server.withConnection(as: "somebody", Passwords.first) { connection in
                let own = connection.users()
                _ = try await own.list(UserPubKey.self, user: "somebody")
                try await users.updateUser("somebody", hosts: ["192.0.2.1"])
                let error = await refusal { () async throws(ActiveLogicError) in
                    try await own.list(UserPubKey.self, user: "somebody")
                }
                #expect(error?.kind == .pldbIOError)
                #expect(error?.description == "PLDBIOError: Authorization failure")
            }
        }
    }
}
