import ClientTestSupport
import ClientTransport
import HTTPTypes
import Testing

@testable import TenableClient

@Suite("Connecting", .timeLimit(.minutes(10)))
struct ConnectionTests {
    private static let cookie = HTTPField.Name.named("X-Cookie")
    private static let apiKeys = HTTPField.Name.named("X-ApiKeys")

    @Test("keys and address come from the environment where they are left out")
    func environment() async throws {
        try await FakeServer.run { _, _ in
            .answer(.ok, Answers.user())
        } _: { server in
            let environment = [
                "TIO_ACCESS_KEY": "access", "TIO_SECRET_KEY": "secret", "TIO_URL": server.address,
            ]
            let tio = try TenableIO(options: .quick(), environment: environment)
            _ = try await tio.users.details(4)
            let other = try TenableIO(
                accessKey: "a",
                secretKey: "b",
                url: server.address + "/",
                options: .quick(),
                environment: ["TIO_ACCESS_KEY": "x", "TIO_SECRET_KEY": "y", "TIO_URL": "ftp://x"]
            )
            _ = try await other.users.details(4)
            #expect(
                server.received.map { $0.fields[Self.apiKeys] } == [
                    "accessKey=access; secretKey=secret", "accessKey=a; secretKey=b",
                ]
            )
            #expect(server.lines == ["GET /users/4", "GET /users/4"])
            await tio.close()
            await other.close()
        }
    }

    @Test("without keys there is an error that says which to set; an empty variable is none")
    func noKeys() async {
        for environment in [
            [:], ["TIO_ACCESS_KEY": "a"], ["TIO_SECRET_KEY": "b"],
            ["TIO_ACCESS_KEY": "a", "TIO_SECRET_KEY": ""],
        ] {
            let error = await refusal { () async throws(TenableError) in
                try TenableIO(environment: environment)
            }
            #expect(error?.kind == .unusableOption)
            #expect(error?.message.contains("TIO_ACCESS_KEY") == true)
        }
    }

    @Test("where nobody says where, it is the service itself")
    func standard() {
        #expect(TenableIO.standardURL == "https://cloud.tenable.com")
        #expect(Variables([:]).url == TenableIO.standardURL)
        #expect(Variables(["TIO_URL": ""]).url == TenableIO.standardURL)
    }

    @Test(
        "an address that is none, or that is not encrypted and elsewhere, is refused",
        arguments: [
            "", "example.com", "ftp://example.com", "https://", "https://a:b@example.com",
            "https://example.com/?x=1", "http://example.com", "http://192.0.2.7",
        ]
    )
    func badAddress(_ url: String) async {
        let error = await refusal { () async throws(TenableError) in
            try TenableIO(accessKey: "a", secretKey: "b", url: url)
        }
        #expect(error?.kind == .unusableOption)
    }

    @Test("plain HTTP elsewhere is for whoever insists; a path before the service's is kept")
    func insisting() async throws {
        let tio = try TenableIO(
            token: nil,
            url: "http://192.0.2.7/api/",
            options: .init(allowsPlaintext: true)
        )
        #expect(tio.connection.transport.address.root == "http://192.0.2.7/api")
        await tio.close()
    }

    @Test("certificates that cannot be read are refused")
    func certificates() async {
        let error = await refusal { () async throws(TenableError) in
            try TenableIO(
                token: nil,
                url: "https://localhost",
                options: .init(authorities: [.file("/nowhere/authority.pem")])
            )
        }
        #expect(error?.kind == .unusableOption)
        #expect(error?.message.contains("/nowhere/authority.pem") == true)
    }

    @Test("a server with a certificate of an authority of one's own is trusted, and no other is")
    func tls() async throws {
        let certificates = try await Certificates.make()
        try await LiveServer.run(tls: try certificates.keeper()) { server in
            var options = TenableIO.Options.quick()
            options.authorities = [.file(certificates.authorityFile)]
            let tio = try server.tio(options: options)
            #expect(try await tio.session.details().user.id == 2)
            await tio.close()
            let stranger = try server.tio()
            let error = await refusal { () async throws(TenableError) in
                try await stranger.session.details()
            }
            #expect(error?.kind == .untrusted)
            await stranger.close()
        }
    }

    @Test("a login sends the password once; the token goes with every request; closing ends it")
    func login() async throws {
        try await FakeServer.run { request, _ in
            request.target == "/session" && request.method == .post
                ? .answer(.ok, #"{"token":"0123abcd"}"#) : .answer(.ok, Answers.user())
        } _: { server in
            let tio = try await TenableIO(
                username: "jane@example.com",
                password: Passwords.first,
                verificationCode: "123456",
                url: server.address,
                options: .quick()
            )
            _ = try await tio.session.details()
            await tio.close()
            await tio.close()
            #expect(server.lines == ["POST /session", "GET /session", "DELETE /session"])
            #expect(
                server.received[0].body
                    == #"{"username":"jane@example.com","password":"first-Battery-8","#
                    + #""verification_code":"123456"}"#
            )
            #expect(
                server.received.map { $0.fields[Self.cookie] } == [
                    nil, "token=0123abcd", "token=0123abcd",
                ]
            )
        }
    }

    @Test("a login that is refused is unauthorized, and is sent once")
    func refusedLogin() async throws {
        try await LiveServer.run { server in
            let error = await refusal { () async throws(TenableError) in
                try await TenableIO(
                    username: "admin@example.com",
                    password: Passwords.second,
                    url: server.address,
                    options: .quick()
                )
            }
            #expect(error?.kind == .unauthorized)
            #expect(error?.message == "Invalid credentials.")
        }
    }

    @Test("a session that began elsewhere is used and not ended")
    func token() async throws {
        try await FakeServer.run { _, _ in
            .answer(.ok, Answers.user())
        } _: { server in
            let tio = try TenableIO(token: "0123abcd", url: server.address, options: .quick())
            _ = try await tio.session.details()
            await tio.close()
            #expect(server.lines == ["GET /session"])
            #expect(server.received[0].fields[Self.cookie] == "token=0123abcd")
        }
    }

    @Test("after closing every call fails, those of copies too")
    func closed() async throws {
        let tio = try TenableIO(token: nil, url: "https://localhost")
        let copy = try tio.users.impersonate("jane@example.com")
        await copy.close()
        for tio in [tio, copy] {
            let error = await refusal { () async throws(TenableError) in
                try await tio.server.status()
            }
            #expect(error?.kind == .closed)
        }
    }
}
