import Testing

/// Reads the sources: a service is given what it needs, so that its initialiser says what it can do.
@Suite("Services take what they need")
struct ServiceNeedsTests {
    private static let composition: Set<String> = [
        "Store/Directory.swift", "Store/Directory+Services.swift", "Store/Directory+SignIns.swift",
    ]

    /// A port, and the services that are given it.
    struct Port: Sendable, CustomTestStringConvertible {
        let name: String
        let services: Set<String>

        var testDescription: String { name }
    }

    private static let ports: [Port] = [
        Port(
            name: "PasswordChecks",
            services: [
                "APIKeyService", "BindService", "ConfirmationService", "CredentialCheckService",
                "ExportService",
                "FactorService", "LocalLoginService", "LoginService", "PasswordService",
                "PersonService",
                "RadiusLoginService", "SSHKeyService", "SecondFactorService", "SessionService",
                "UserService",
            ]
        ),
        Port(name: "PasswordHasher", services: ["ImportService"]),
        Port(
            name: "CodeSender",
            services: [
                "LoginService", "RadiusLoginService", "SecondFactorService", "SessionService",
            ]
        ),
        Port(
            name: "FactorCryptography",
            services: [
                "CredentialCheckService", "FactorService", "LocalLoginService", "LoginService",
                "RadiusLoginService", "SessionService",
            ]
        ),
        Port(
            name: "CurveChecker",
            services: ["AuthorizedKeysService", "ImportService", "SSHKeyService"]
        ),
        Port(name: "ImportSpools", services: ["ImportService"]),
    ]

    @Test("only the composition knows the whole directory")
    func composition() throws {
        #expect(try CoreSources.files(with: #"\bDirectory\b"#) == Self.composition)
    }

    @Test("a port goes to the services that are named here, and to no other", arguments: ports)
    func given(_ port: Port) {
        let names = CoreSources.files
            .filter { _, text in
                text.contains(": \(port.name)") || text.contains(": any \(port.name)")
            }
            .compactMap { $0.key.split(separator: "/").last?.dropLast(".swift".count) }
            .filter { $0.hasSuffix("Service") }
        #expect(Set(names.map { String($0) }) == port.services)
    }

    @Test("what is shared by all is the store, and what looks at it and changes of it need")
    func access() throws {
        let source = try #require(CoreSources.files["Store/DirectoryAccess.swift"])
        let pattern = try Regex<(Substring, Substring)>(#"(?m)^ {4}let (\w+)"#)
        let parts = source.matches(of: pattern).map { String($0.output.1) }
        #expect(
            Set(parts) == [
                "store", "clock", "random", "digester", "rules", "identity", "activity",
                "ownChanges", "diskRoom", "uuids",
            ]
        )
    }
}
