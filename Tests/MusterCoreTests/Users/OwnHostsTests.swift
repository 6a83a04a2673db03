import MusterCore
import MusterTesting
import StoreTesting
import Testing

@Suite("The hosts of one's own account", .everyStore)
struct OwnHostsTests {
    private let test: TestDirectory
    private let elsewhere: AllowedNetworks

    init() async throws {
        test = try await TestDirectory()
        elsewhere = try AllowedNetworks(["10.0.0.0/8", "2001:db8::/32"])
    }

    private func setHosts(
        _ hosts: AllowedNetworks,
        of user: User,
        by principal: Principal
    ) async -> MusterError? {
        await failure {
            try await test.users.edit(.user(.id(user.id)), by: principal) {
                () throws(MusterError) in UserChanges { $0.hosts = hosts }
            }
        }
    }

    @Test("nobody gives itself hosts without the address that it comes from, and is told it")
    func shutOut() async throws {
        let refusal = await setHosts(elsewhere, of: test.administrator, by: test.asAdministrator)
        #expect(refusal?.code == .ownAccount && refusal?.details["field"] == "hosts")
        #expect(refusal?.message.contains("you come from 192.0.2.1.") == true)
        #expect(try await test.current(test.administrator).hosts.networks.isEmpty)
        let masks = await setHosts(elsewhere, of: test.administrator, by: test.asMaskAdministrator)
        #expect(masks?.code == .ownAccount, "in the other dialect neither")
    }

    @Test("hosts with that address are taken, those of somebody else, and anywhere")
    func taken() async throws {
        let hosts = try AllowedNetworks(["10.0.0.0/8", "192.0.2.0/24"])
        #expect(
            await setHosts(hosts, of: test.administrator, by: test.asAdministrator)?.code == nil
        )
        #expect(try await test.current(test.administrator).hosts == hosts)
        let cleared = await setHosts(
            AllowedNetworks(),
            of: test.administrator,
            by: test.asAdministrator
        )
        #expect(cleared?.code == nil)
        let jane = try await test.makeUser("jane@example.com")
        #expect(await setHosts(elsewhere, of: jane, by: test.asAdministrator)?.code == nil)
    }

    @Test("an administrator who acts in another's name does not shut itself out either")
    func impersonating() async throws {
        let other = try await test.makeUser("other@example.com", role: .administrator)
        let principal = try await test.authenticator.impersonate(
            TestDirectory.administratorName,
            by: try await test.asUser(other)
        )
        #expect(await setHosts(elsewhere, of: other, by: principal)?.code == .ownAccount)
    }

    @Test("a command on the files has no address and sets any hosts of the owner")
    func machine() async throws {
        let token = LocalAdminToken(test.directory)
        let entered = try await Authenticator(test.directory, localAdminToken: token).authenticate(
            .session(token: token.token),
            from: TestDirectory.origin(nil),
            by: .role
        )
        #expect(await setHosts(elsewhere, of: test.administrator, by: entered)?.code == nil)
    }

    @Test("an import does not shut out who imports")
    func imported() async throws {
        let run = try ImportService(test.directory).begin(by: test.asAdministrator) {
            () throws(MusterError) in ImportOptions(mode: .upsert)
        }
        var line = ImportLine(
            number: 1,
            username: try Username(TestDirectory.administratorName)
        )
        line.changes.hosts = elsewhere
        let candidate = try run.check(line)
        let outcome = try await run.commit(run.batch([candidate]), stopsAtFailure: false)
        #expect(outcome.names == ["access.own_account"])
    }
}
