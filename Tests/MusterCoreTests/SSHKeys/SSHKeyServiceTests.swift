import MusterCore
import MusterTesting
import StoreTesting
import Testing

@Suite("Keeping public keys", .everyStore)
struct SSHKeyServiceTests {
    private let test: TestDirectory
    private let user: User

    init() async throws {
        test = try await TestDirectory()
        user = try await test.makeUser("jane@example.com")
    }

    private func add(
        _ line: String,
        by principal: Principal? = nil
    ) async throws(MusterError) -> (user: User, key: StoredSSHKey, isNew: Bool) {
        try await test.sshKeys.add(to: .id(user.id), by: principal ?? test.asAdministrator) {
            () throws(MusterError) in (line, nil)
        }
    }

    private func remove(_ line: String) async -> MusterError.Code? {
        await failure {
            try await test.sshKeys.remove(from: .id(user.id), by: test.asAdministrator) {
                () throws(MusterError) in line
            }
        }?.code
    }

    private func list() async throws -> [StoredSSHKey] {
        try await test.sshKeys.list(of: .id(user.id), by: test.asAdministrator).keys
    }

    @Test("a key is added once, with its fingerprint, in one record")
    func adding() async throws {
        let before = try await test.auditEvents().count
        let first = try await add(KeyLine.ed25519().base64)
        #expect(first.isNew && first.key.addedAt == test.clock.now())
        #expect(
            first.key.fingerprint.hasPrefix("SHA256:") && first.key.fingerprint.utf8.count == 50
        )
        let again = try await add("ssh-ed25519 " + KeyLine.ed25519().base64 + " other comment")
        #expect(!again.isNew && again.key == first.key)
        #expect(try await list() == [first.key])
        let events = try await test.auditEvents().dropFirst(before)
        #expect(events.map(\.fields) == [[AuditField("ssh_key.added", first.key.fingerprint)]])
    }

    @Test("a key is removed, in one record, and can be added again")
    func removing() async throws {
        let line = KeyLine.ed25519().base64
        let key = try await add(line).key
        #expect(await remove(KeyLine.ed25519(0x43).base64) == .sshKeyNotFound)
        #expect(await remove(line) == nil)
        #expect(
            try await test.auditEvents().last?.fields == [
                AuditField("ssh_key.removed", key.fingerprint)
            ]
        )
        #expect(await remove(line) == .sshKeyNotFound)
        #expect(try await list() == [])
        #expect(try await add(line).isNew)
    }

    @Test("64 keys are as many as a user may have")
    func count() async throws {
        for number in UInt8(1)...64 { _ = try await add(KeyLine.ed25519(number &+ 0x80).base64) }
        let refusal = await failure { try await add(KeyLine.ed25519(0x42).base64) }
        #expect(refusal?.code == .sshKeyTooMany)
        #expect(try await !add(KeyLine.ed25519(0x81).base64).isNew, "one that is there is no fault")
    }

    @Test("whoever holds less than the user may not give it a key")
    func escalation() async throws {
        var strong = user
        strong.masks = Masks(liveview: 1)
        try await test.overwrite(strong)
        var weak = try await test.makeUser("weak@example.com")
        weak.masks = Masks(write: Resource.users.bit)
        try await test.overwrite(weak)
        let principal = try await test.asUser(weak, by: .masks)
        let refusal = await failure { try await add(KeyLine.ed25519().base64, by: principal) }
        #expect(refusal?.code == .escalation)
        #expect(try await list() == [])
    }

    @Test("everybody may see its own keys, others' need the read of Users")
    func listing() async throws {
        let key = try await add(KeyLine.ed25519().base64).key
        let oneself = try await test.asUser(user, by: .masks)
        #expect(try await test.sshKeys.list(of: .id(user.id), by: oneself).keys == [key])
        let refusal = await failure {
            try await test.sshKeys.list(of: .id(test.administrator.id), by: oneself)
        }
        #expect(refusal?.code == .insufficientScope)
    }
}
