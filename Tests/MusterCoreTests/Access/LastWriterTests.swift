import MusterCore
import MusterTesting
import StoreTesting
import Testing

@Suite("The last one who could administer by the masks", .everyStore)
struct LastWriterTests {
    private static let bit = Resource.users.bit
    private let test: TestDirectory

    init() async throws {
        test = try await TestDirectory()
    }

    /// Leaves one user with the Write on Users, and nobody with the role Administrator who could come in.
    private func lastWriter() async throws -> User {
        var writer = try await test.makeUser("writer@example.com")
        writer.masks.write = Self.bit
        try await test.overwrite(writer)
        var first = test.administrator
        first.masks = Masks()
        first.isEnabled = false
        try await test.overwrite(first)
        return writer
    }

    /// The changes after which the user could not sign in any more, or not administer.
    private static let changes: [(name: String, build: @Sendable (inout UserChanges) -> Void)] = [
        ("disabled", { $0.isEnabled = false }),
        (
            "shut out",
            {
                $0.isPasswordPermitted = false
                $0.isAPIPermitted = false
            }
        ),
        ("without the bit", { $0.writeMask = 0 }),
    ]

    @Test("is not shut out and keeps the bit", arguments: [0, 1, 2])
    func edit(_ number: Int) async throws {
        let writer = try await lastWriter()
        let other = try await test.asUser(writer, by: .masks)
        var machine = other
        machine.origin = TestDirectory.origin()
        let changes = UserChanges(Self.changes[number].build)
        let refusal = await failure {
            try await test.users.edit(.user(.id(writer.id)), by: machine) {
                () throws(MusterError) in changes
            }
        }
        // Nobody enables, disables or shuts out itself in any case.
        #expect([.lastAdministrator, .ownAccount].contains(refusal?.code), "\(number)")
    }

    @Test("may lose the bit once somebody else has it who could sign in")
    func another() async throws {
        let writer = try await lastWriter()
        let caller = try await test.asUser(writer, by: .masks)
        let changes = UserChanges { $0.writeMask = 0 }
        var ghost = try await test.users.create(by: caller) { () throws(MusterError) in
            (UserDraft(username: Username(stored: "ghost")), Secret<String>?.none)
        }
        ghost.masks.write = Self.bit
        try await test.overwrite(ghost)
        let refusal = await failure {
            try await test.users.edit(.user(.id(writer.id)), by: caller) {
                () throws(MusterError) in changes
            }
        }
        #expect(refusal?.code == .lastAdministrator, "a user without any way in does not count")
        var second = try await test.users.create(by: caller) { () throws(MusterError) in
            (UserDraft(username: Username(stored: "second")), TestDirectory.administratorPassword)
        }
        second.masks.write = Self.bit
        try await test.overwrite(second)
        let after = try await test.users.edit(.user(.id(writer.id)), by: caller) {
            () throws(MusterError) in changes
        }
        #expect(after.masks.write == 0)
    }
}
