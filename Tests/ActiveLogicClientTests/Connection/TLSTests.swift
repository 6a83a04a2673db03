import ActiveLogicClient
import ClientTestSupport
import MusterTesting
import NIOSSL
import Testing

@Suite("TLS")
struct TLSTests {
    @Test("a server whose authority is named, as a file or as bytes, is trusted")
    func ownAuthority() async throws {
        let certificates = try await Certificates.make()
        try await LiveServer.run(tls: certificates.keeper()) { server in
            for authority in [
                ActiveLogic.CertificateAuthority.file(certificates.authorityFile),
                .pem(try certificates.authority()),
            ] {
                var options = ActiveLogic.Options.quick()
                options.authorities = [authority]
                try await server.withConnection(options: options) { connection in
                    let users = try await connection.users().list(User.self)
                    #expect(users.count == 1)
                }
            }
        }
    }

    @Test("a server that nobody vouches for gets to see nothing, and is asked once")
    func unknownAuthority() async throws {
        let certificates = try await Certificates.make()
        try await LiveServer.run(tls: certificates.keeper()) { server in
            let waits = Waits()
            let error = await refusal { () async throws(ActiveLogicError) in
                try await ActiveLogic.connect(
                    to: server.address,
                    username: TestDirectory.administratorName,
                    password: Passwords.administrator,
                    options: .quick(waits)
                )
            }
            #expect(error?.kind == .pldbIOError)
            #expect(error?.code == "tls_failed")
            #expect(error?.isOutcomeUnknown == false)
            #expect(waits.all.isEmpty)
            #expect(server.count("POST", "/sessions") == 0)
        }
    }

    @Test("a certificate for another host is refused")
    func anotherHost() async throws {
        let certificates = try await Certificates.make(name: "IP:192.0.2.7")
        try await LiveServer.run(tls: certificates.keeper()) { server in
            let error = await refusal { () async throws(ActiveLogicError) in
                try await ActiveLogic.connect(
                    to: server.address,
                    username: TestDirectory.administratorName,
                    password: Passwords.administrator,
                    options: ActiveLogic.Options(
                        authorities: [.file(certificates.authorityFile)],
                        retries: 0
                    )
                )
            }
            #expect(error?.code == "tls_failed")
        }
    }

    @Test("a server that speaks no TLS is a PLDBIOError")
    func plainServer() async throws {
        try await LiveServer.run { server in
            let error = await refusal { () async throws(ActiveLogicError) in
                try await ActiveLogic.connect(
                    to: "https://127.0.0.1:\(server.port)",
                    username: TestDirectory.administratorName,
                    password: Passwords.administrator,
                    options: .quick()
                )
            }
            #expect(error?.kind == .pldbIOError)
        }
    }
}
