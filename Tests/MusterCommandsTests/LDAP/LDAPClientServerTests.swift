import MusterCore
import Testing

@testable import MusterCommands

@Suite("What clients of LDAP are told of the server")
struct LDAPClientServerTests {
    private static let on = ["ldap.bind": "127.0.0.1:3890", "ldap.suffix": "dc=example,dc=com"]

    private func server(
        _ values: [String: String] = Self.on,
        host: String? = nil,
        account: String = "svc"
    ) throws -> LDAPClientServer {
        let reader = try SettingsReader(commandLine: values, environment: [:], file: nil)
        return try LDAPClientServer(try Settings(reader), host: host, account: account)
    }

    @Test("the address is the one that is listened on, and entries stand below the suffix")
    func address() throws {
        let server = try server()
        #expect(server.url == "ldap://127.0.0.1:3890")
        #expect(server.people == "ou=people,dc=example,dc=com")
        #expect(server.account == "uid=svc,ou=people,dc=example,dc=com")
    }

    @Test("the name is what was said, or else that of the public address")
    func names() throws {
        let values = Self.on.merging(["http.publicURL": "https://muster.example.com"]) { $1 }
        #expect(try server(values).host == "muster.example.com")
        #expect(try server(values, host: "2001:db8::1").url == "ldap://[2001:db8::1]:3890")
    }

    @Test("signs of names in an account are escaped")
    func escapes() throws {
        let account = try server(account: "bob+ops=x@example.com").account
        #expect(account == "uid=bob\\2Bops\\3Dx@example.com,ou=people,dc=example,dc=com")
        #expect(throws: MusterError.self) { try server(account: "no name") }
    }

    @Test("an address that is every address, and no address at all, need a name")
    func unknown() throws {
        let anywhere = ["ldap.bind": "0.0.0.0:389", "ldap.suffix": "dc=x"]
        #expect(throws: CommandError.self) { try server(anywhere) }
        #expect(try server(anywhere, host: "muster").url == "ldap://muster:389")
        for name in ["", "a b", "a\"b", "a\nb"] {
            #expect(throws: CommandError.self, "\(name)") { try server(host: name) }
        }
    }

    @Test("numbers that begin elsewhere than those which machines were told are named")
    func numbers() throws {
        let values = Self.on.merging(["ldap.uidBase": "100000", "ldap.gidBase": "200000"]) { $1 }
        let reader = try SettingsReader(commandLine: values, environment: [:], file: nil)
        let wanted = try #require(try Settings(reader).ldap?.numbers)
        #expect(wanted == AccountNumbers(firstUser: 100_000, firstGroup: 200_000))
        #expect(LDAPListener.difference(of: wanted, from: wanted) == nil)
        let one = AccountNumbers(firstUser: 100_000, firstGroup: 5)
        #expect(
            LDAPListener.difference(of: wanted, from: one)?.hasSuffix("Set ldap.gidBase to 5.")
                == true
        )
        let both = LDAPListener.difference(of: wanted, from: .usual)
        #expect(both?.hasPrefix("ldap.uidBase is 100000 and ldap.gidBase is 200000, but") == true)
        #expect(
            both?.hasSuffix("Set ldap.uidBase to 1879048192 and ldap.gidBase to 2013265920.")
                == true
        )
    }

    @Test("where LDAP is off there is nothing to show")
    func off() throws {
        #expect(throws: CommandError.self) { try server([:]) }
    }

    @Test(
        "every client is told where, as whom and below what",
        arguments: LDAPClientProgram.allCases
    )
    func texts(_ client: LDAPClientProgram) throws {
        let text = client.text(for: try server())
        #expect(text.contains("127.0.0.1") && text.contains("3890"))
        #expect(text.contains("uid=svc,ou=people,dc=example,dc=com"))
        #expect(text.contains("ACCESS_KEY:SECRET_KEY"))
        #expect(text.hasSuffix("\n") && !text.hasSuffix("\n\n"))
    }
}
