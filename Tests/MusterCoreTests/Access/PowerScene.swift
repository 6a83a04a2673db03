import MusterCore
import MusterTesting
import StoreTesting
import Testing

/// Somebody who administers by masks alone, and a user who may become stronger.
struct PowerScene: Sendable {
    /// What makes a user stronger than the clerk.
    enum Strength: CaseIterable, Sendable {
        case role
        case masks
    }

    /// What takes a user's place, name or access away, or gives it a new one.
    enum Call: CaseIterable, Sendable {
        case rename
        case moveEmail
        case setPassword
        case disable
        case closeKeys
        case authorize
        case changePassword
        case changePasswordByOwn
        case rotateKeys
        case configureFactor
        case sendCode
        case verifyCode
        case addSSHKey
        case removeSSHKey
        case unlock
        case endSession
        case endSessions
        case delete
        case importPassword
        case importKey
        case importDisabled
        case moveHome
        case importHome
        case joinGroup
        case leaveGroup
    }

    static let password = TestDirectory.administratorPassword
    private static let phone = "+12025550101"

    let store: FaultyStore
    let test: TestDirectory
    let clerk: Principal
    let jane: User
    private let session: SessionID

    init(hasher: any PasswordHasher = InstantHasher()) async throws {
        store = try FaultyStore()
        test = try await TestDirectory(store: store, hasher: hasher)
        var user = try await test.makeUser("clerk@example.com")
        user.masks = Masks(read: 7, write: Resource.users.bit)
        try await test.overwrite(user)
        clerk = try await test.asUser(try test.current(user), by: .masks)
        jane = try await test.makeUser("jane@example.com")
        let issued = try await test.logIn("jane@example.com")
        session = SessionID(
            test.directory.digester.digest(issued.token.withExposedValue { Array($0.utf8) })
        )
        _ = await failure { try await test.logIn("jane@example.com", Secret("wrong")) }
        let id = jane.id
        for name in ["Full", "Empty"] {
            _ = try await test.groups.create(by: test.asAdministrator) { () throws(MusterError) in
                try GroupDraft(name: name, isManagedBySAML: nil)
            }
        }
        try await test.groups.setMembership(
            of: .id(id),
            in: .name("Full"),
            isMember: true,
            by: test.asAdministrator
        )
        try await test.secondFactors.sendVerification(
            to: .user(.id(id)),
            by: test.asAdministrator
        ) { () throws(MusterError) in (try PhoneNumber(Self.phone), nil) }
        test.clock.advance(by: .seconds(60))
        _ = try await test.sshKeys.add(to: .id(id), by: test.asMaskAdministrator) {
            () throws(MusterError) in (KeyLine.ed25519().base64, nil)
        }
    }

    /// Gives Jane more than the clerk has.
    func strengthen(_ strength: Strength) async throws {
        var user = try await test.current(jane)
        switch strength {
        case .role: user.role = .administrator
        case .masks: user.masks = Masks(liveview: 1 << 40)
        }
        try await test.overwrite(user)
    }

    /// Lets the clerk make a call on Jane; answers how it was refused, nil if it was not.
    func make(_ call: Call) async -> MusterError? {
        await failure {
            switch call {
            case .rename: try await edit { $0.username = Username(stored: "other@example.com") }
            case .moveEmail: try await edit { $0.email = "elsewhere@example.org" }
            case .setPassword: try await edit { $0.password = Self.password }
            case .disable: try await edit { $0.isEnabled = false }
            case .closeKeys: try await edit { $0.isAPIPermitted = false }
            case .authorize:
                try await test.users.setAuthorizations(of: reference, by: clerk) {
                    () throws(MusterError) in UserChanges(Authorizations(password: false))
                }
            case .changePassword: try await changePassword(nil, .target)
            case .changePasswordByOwn: try await changePassword(Self.password, .caller)
            case .rotateKeys: _ = try await test.keys.rotate(subject, by: clerk)
            case .unlock: _ = try await test.users.unlock(reference, by: clerk)
            case .endSession: try await test.sessions.revoke(session, by: clerk)
            case .endSessions: try await test.sessions.revokeAll(of: reference, by: clerk)
            case .delete:
                try await test.users.delete(reference, by: clerk) { () throws(MusterError) in nil }
            case .configureFactor, .sendCode, .verifyCode: try await factor(call)
            case .addSSHKey:
                _ = try await test.sshKeys.add(to: reference, by: clerk) {
                    () throws(MusterError) in (KeyLine.ed25519(0x43).base64, nil)
                }
            case .removeSSHKey:
                try await test.sshKeys.remove(from: reference, by: clerk) {
                    () throws(MusterError) in KeyLine.ed25519().base64
                }
            case .importPassword: try await importLine { $0.password = .plain(Self.password) }
            case .importKey: try await importLine { $0.sshKeys = [KeyLine.ed25519(0x43).base64] }
            case .importDisabled: try await importLine { $0.changes.isEnabled = false }
            case .moveHome: try await moveHome()
            case .importHome:
                try await importLine { line in
                    line.person = ImportPerson(bytes: 0) { _ in Self.elsewhere }
                }
            case .joinGroup: try await setMember(of: "Empty", true)
            case .leaveGroup: try await setMember(of: "Full", false)
            }
        }
    }

    private static let elsewhere = Person(
        document: #"{"title":"\"posix\":{","posix":{"homeDirectory":"/srv/clerk"}}"#
    )

    private func moveHome() async throws(MusterError) {
        let persons = PersonService(test.directory)
        _ = try await persons.edit(subject, by: clerk, setsPassword: false) { _ in
            PersonService.Revision(changes: UserChanges(), person: Self.elsewhere)
        }
    }

    private var reference: UserReference { .id(jane.id) }
    private var subject: UserTarget { .user(reference) }

    private func setMember(of group: String, _ isMember: Bool) async throws(MusterError) {
        try await test.groups.setMembership(
            of: reference,
            in: .name(group),
            isMember: isMember,
            by: clerk
        )
    }

    private func edit(_ build: (inout UserChanges) -> Void) async throws(MusterError) {
        let changes = UserChanges(build)
        _ = try await test.users.edit(subject, by: clerk) { () throws(MusterError) in changes }
    }

    private func changePassword(
        _ current: Secret<String>?,
        _ owner: PasswordChange.CurrentOwner
    ) async throws(MusterError) {
        try await test.passwords.change(subject, by: clerk) { () throws(MusterError) in
            PasswordChange(new: Self.password, current: current, owner: owner)
        }
    }

    private func factor(_ call: Call) async throws(MusterError) {
        switch call {
        case .configureFactor:
            try await test.secondFactors.configure(subject, by: clerk) { () throws(MusterError) in
                SecondFactorSettings(isEmailEnabled: true, isSMSEnabled: false, phone: nil)
            }
        case .sendCode:
            try await test.secondFactors.sendVerification(to: subject, by: clerk) {
                () throws(MusterError) in (try PhoneNumber("+12025550123"), nil)
            }
        default:
            let code = test.codes.lastCode ?? Secret("")
            try await test.secondFactors.verify(subject, by: clerk) { () throws(MusterError) in code
            }
        }
    }

    private func importLine(_ build: (inout ImportLine) -> Void) async throws(MusterError) {
        let run = try ImportService(test.directory).begin(by: clerk) { () throws(MusterError) in
            ImportOptions(mode: .upsert)
        }
        var line = ImportLine(number: 1, username: jane.username)
        build(&line)
        let candidate = try await run.hashing(try run.check(line))
        for outcome in try await run.commit(run.batch([candidate]), stopsAtFailure: false) {
            if case .failed(let error) = outcome { throw error }
        }
    }
}
