import MusterTesting
import StoreTesting
import Testing

@testable import MusterCore

@Suite("What users are told of their accounts", .everyStore)
struct AccountNewsTests {
    private static let password = TestDirectory.administratorPassword
    private static let fresh = Secret("Better-Horse-8")
    private let test: TestDirectory
    private let user: User
    private let principal: Principal

    init() async throws {
        test = try await TestDirectory()
        user = try await test.makeUser("jane@example.com")
        principal = try await test.asUser(user)
    }

    private var told: [Notice.Purpose] { test.codes.notices.map(\.purpose) }

    private func edit(
        _ target: UserTarget = .oneself,
        by caller: Principal? = nil,
        _ change: (inout UserChanges) throws(MusterError) -> Void
    ) async throws(MusterError) {
        var changes = UserChanges()
        changes.currentPassword = Self.password
        try change(&changes)
        _ = try await test.users.edit(target, by: caller ?? principal) {
            () throws(MusterError) in changes
        }
    }

    private func configure(
        email: Bool? = nil,
        sms: Bool? = nil,
        phone: String? = nil,
        of target: UserTarget = .oneself,
        by caller: Principal? = nil
    ) async throws(MusterError) {
        try await test.secondFactors.configure(target, by: caller ?? principal) {
            () throws(MusterError) in
            SecondFactorSettings(
                isEmailEnabled: email,
                isSMSEnabled: sms,
                phone: phone.map { PhoneNumber(stored: $0) },
                password: Self.password
            )
        }
    }

    @Test("a password that its owner changes is told, whatever call it came by")
    func passwords() async throws {
        try await test.passwords.change(.oneself, by: principal) { () throws(MusterError) in
            PasswordChange(new: Self.fresh, current: Self.password)
        }
        try await edit {
            $0.currentPassword = Self.fresh
            $0.password = Secret("Third-Horse-9")
        }
        #expect(told == [.passwordChanged, .passwordChanged])
        let notice = try #require(test.codes.notices.first)
        #expect(notice.recipient == "jane@example.com")
        #expect(notice.text == "The password of your account was changed.")
    }

    @Test("what an administrator, and whoever runs the server, does is told as theirs")
    func byOthers() async throws {
        try await test.passwords.change(.user(.id(user.id)), by: test.asAdministrator) {
            () throws(MusterError) in
            PasswordChange(new: Self.fresh, current: nil, isTemporary: true)
        }
        let machine = Principal(
            user: test.administrator,
            method: .local,
            origin: TestDirectory.origin(nil)
        )
        _ = try await test.keys.rotate(.user(.id(user.id)), by: machine)
        #expect(told == [.passwordChanged, .keysReplaced])
        let texts = test.codes.notices.map(\.text)
        #expect(texts[0].contains("changed by an administrator, to one that you have to change"))
        #expect(texts[1].contains("made for your account by whoever runs the server"))
    }

    @Test("another e-mail address is told to the former one, and what comes with it, too")
    func addresses() async throws {
        try await edit { $0.email = "new@example.com" }
        try await edit {
            $0.email = "newer@example.com"
            $0.password = Self.fresh
        }
        let notices = test.codes.notices
        #expect(notices.map(\.recipient) == ["jane@example.com", "new@example.com"])
        #expect(told == [.emailChanged, .emailChanged])
        #expect(notices.allSatisfy { !$0.mail.contains("newer@example.com") })
        #expect(notices.last?.text.contains("password of your account was changed") == true)
    }

    @Test("a login name to which mail goes is an address, and one that has another is none")
    func loginNames() async throws {
        try await edit { $0.username = Username(stored: "moved@example.com") }
        try await edit { $0.email = "mail@example.com" }
        try await edit { $0.username = Username(stored: "again@example.com") }
        #expect(
            test.codes.notices.map(\.recipient) == [
                "jane@example.com", "moved@example.com", "mail@example.com",
            ]
        )
        #expect(told == [.emailChanged, .emailChanged, .loginNameChanged])
        #expect(test.codes.notices.allSatisfy { !$0.mail.contains("again@example.com") })
    }

    private func authorize(_ change: (inout UserChanges) -> Void) async throws(MusterError) {
        var changes = UserChanges()
        change(&changes)
        try await test.users.setAuthorizations(of: .id(user.id), by: test.asAdministrator) {
            () throws(MusterError) in changes
        }
    }

    @Test("by what, from where and with what an account is entered is told, whoever has changed it")
    func entry() async throws {
        let someone = UserTarget.user(.id(user.id))
        try await edit(someone, by: test.asAdministrator) { changes throws(MusterError) in
            changes.currentPassword = nil
            changes.hosts = try AllowedNetworks(["192.0.2.0/24"])
        }
        try await authorize {
            $0.isPasswordPermitted = false
            $0.isSAMLPermitted = false
        }
        try await authorize { $0.requiresSecondFactorEnrolment = true }
        #expect(told == [.hostsChanged, .waysInChanged, .factorRequirementChanged])
        let texts = test.codes.notices.map(\.text)
        #expect(
            texts[0] == "From where your account may be entered was changed by an administrator."
        )
        #expect(texts[1].hasSuffix("by an administrator. It is open to API keys now."))
        #expect(
            texts[2].contains(
                "must have a second factor from now on, as was set by an administrator."
            )
        )
    }

    @Test("one's own login name needs the password where notices go to it")
    func ownLoginName() async throws {
        let refusal = await failure {
            try await edit {
                $0.currentPassword = nil
                $0.username = Username(stored: "moved@example.com")
            }
        }
        #expect(refusal?.code == .currentPasswordInvalid && told.isEmpty)
        try await edit { $0.email = "mail@example.com" }
        try await edit {
            $0.currentPassword = nil
            $0.username = Username(stored: "moved@example.com")
        }
        #expect(told == [.emailChanged, .loginNameChanged])
    }

    @Test("codes that are switched on and off, and a phone that is added or changed")
    func codes() async throws {
        try await configure(email: true)
        try await configure(email: false)
        let someone = UserTarget.user(.id(user.id))
        let administrator = test.asAdministrator
        try await configure(sms: true, phone: "+15552223344", of: someone, by: administrator)
        try await configure(phone: "+15552223355", of: someone, by: administrator)
        #expect(told == [.codesChanged, .codesChanged, .phoneChanged, .phoneChanged])
        let texts = test.codes.notices.map(\.text)
        #expect(texts[0] == "Codes by e-mail were switched on for your account.")
        #expect(texts[1] == "Codes by e-mail were switched off for your account.")
        #expect(
            texts[2] == """
                The phone for codes of your account is now the one that ends in 44, set by an administrator.
                Codes by SMS were switched on for your account by an administrator.
                """
        )
        #expect(texts.allSatisfy { !$0.contains("+1555") })
    }

    @Test("a phone that is proved by its code is told")
    func provedPhone() async throws {
        try await test.secondFactors.sendVerification(to: .oneself, by: principal) {
            () throws(MusterError) in (PhoneNumber(stored: "+15552223344"), Self.password)
        }
        let code = try #require(test.codes.lastCode)
        try await test.secondFactors.verify(.oneself, by: principal) {
            () throws(MusterError) in code
        }
        #expect(told == [.phoneChanged])
        #expect(test.codes.notices.first?.text.contains("switched on") == true)
    }

    @Test("an import tells what it changes, and nothing of whom it makes or leaves")
    func imports() async throws {
        let options = ImportOptions(mode: .upsert)
        let run = try ImportService(test.directory).begin(by: test.asAdministrator) {
            () throws(MusterError) in options
        }
        var changes = UserChanges()
        changes.email = "new@example.com"
        let names = ["jane@example.com", "john@example.com", TestDirectory.administratorName]
        var candidates: [ImportCandidate] = []
        for (index, name) in names.enumerated() {
            var line = ImportLine(number: index + 1, username: Username(stored: name))
            if index < 2 { line.changes = changes }
            line.sshKeys = [KeyLine.ed25519(UInt8(index) + 0x11).base64]
            candidates.append(try run.check(line))
        }
        _ = try await run.commit(run.batch(candidates), stopsAtFailure: true)
        #expect(told == [.emailChanged, .sshKeyAdded])
        let notices = test.codes.notices
        #expect(notices.map(\.recipient) == ["jane@example.com", TestDirectory.administratorName])
        #expect(notices[0].text.contains("SSH key") && notices[1].text.contains("SSH key"))
    }

    @Test("an SSH key that comes or goes is told, by whatever call, and once that it is there")
    func keys() async throws {
        let someone = UserReference.id(user.id)
        let (one, two) = (KeyLine.ed25519(0x11).base64, KeyLine.ed25519(0x12).base64)
        let administrator = test.asAdministrator
        for _ in 1...2 {
            _ = try await test.sshKeys.add(to: someone, by: administrator) {
                () throws(MusterError) in (one, nil)
            }
        }
        let own = try await test.sshKeys.addOwn(two, by: principal, password: Self.password).key
        try await test.sshKeys.remove(from: someone, by: administrator) {
            () throws(MusterError) in one
        }
        try await test.sshKeys.removeOwn(fingerprint: own.fingerprint, by: principal)
        #expect(told == [.sshKeyAdded, .sshKeyAdded, .sshKeyRemoved, .sshKeyRemoved])
        let notices = test.codes.notices
        #expect(notices.allSatisfy { $0.recipient == "jane@example.com" })
        let added = "was added to your account"
        #expect(notices[0].text.hasSuffix("\(added) by an administrator."))
        #expect(notices[1].text == "The SSH key \(own.fingerprint) \(added).")
        #expect(notices[3].text == "The SSH key \(own.fingerprint) was removed from your account.")
    }

    @Test(
        "API keys that are made or revoked are told, whoever does it, and once that they are gone"
    )
    func apiKeys() async throws {
        let someone = UserTarget.user(.id(user.id))
        _ = try await test.keys.rotate(.oneself, by: principal)
        for _ in 1...2 { _ = try await test.keys.revoke(.oneself, by: principal) }
        _ = try await test.keys.rotate(someone, by: test.asAdministrator)
        for _ in 1...2 { _ = try await test.keys.revoke(someone, by: test.asAdministrator) }
        #expect(told == [.keysReplaced, .keysRevoked, .keysReplaced, .keysRevoked])
        let notices = test.codes.notices
        #expect(notices.allSatisfy { $0.recipient == "jane@example.com" })
        let former = "a former one is of no use any more."
        #expect(notices[0].text == "A pair of API keys was made for your account; \(former)")
        #expect(notices[1].text == "The API keys of your account were revoked.")
        #expect(notices[2].text.hasSuffix("for your account by an administrator; \(former)"))
        #expect(notices[3].text == "The API keys of your account were revoked by an administrator.")
        #expect(notices[3].purpose.subject == "The API keys of your Muster account were revoked")
        let strongest = UserTarget.user(.id(test.administrator.id))
        let refusal = await failure { try await test.keys.revoke(strongest, by: principal) }
        #expect(refusal?.code == .insufficientScope && test.codes.notices.count == 4)
    }

    @Test("keys that are replaced as a whole, beside another address, are told to the former one")
    func revisedKeys() async throws {
        let keys = try (0x11...0x17).map {
            try test.sshKeys.look(at: KeyLine.ed25519($0).base64)
        }
        let persons = PersonService(test.directory)
        let target = UserTarget.user(.id(user.id))
        for (kept, email) in [(keys, "new@example.com"), ([keys[0]], "newer@example.com")] {
            _ = try await persons.edit(target, by: test.asAdministrator, setsPassword: false) { _ in
                var changes = UserChanges()
                changes.email = email
                return .init(changes: changes, person: nil, keys: { _ in kept })
            }
        }
        let notices = test.codes.notices
        #expect(notices.map(\.recipient) == ["jane@example.com", "new@example.com"])
        #expect(notices[0].text.contains("7 SSH keys were added to your account by an"))
        #expect(notices[0].text.hasSuffix(" and 2 more."))
        #expect(notices[1].text.contains("6 SSH keys were removed from your account by an"))
    }

    @Test("another home or shell is told, and is nothing that its owner changes")
    func machineAccount() async throws {
        let persons = PersonService(test.directory)
        let home = #""posix":{"homeDirectory":"/srv/jane"}}"#
        for document in ["{" + home, #"{"title":"Head","# + home] {
            _ = try await persons.edit(
                .user(.id(user.id)),
                by: test.asAdministrator,
                setsPassword: false
            ) { _ in .init(changes: UserChanges(), person: Person(document: document)) }
        }
        #expect(told == [.machineAccountChanged])
        let text = "The home directory or the login shell of your account was changed"
        #expect(test.codes.notices.map(\.text) == ["\(text) by an administrator."])
        let refusal = await failure {
            _ = try await persons.edit(.oneself, by: principal, setsPassword: false) { _ in
                .init(changes: UserChanges(), person: Person(document: #"{"title":"Head"}"#))
            }
        }
        #expect(refusal?.code == .insufficientScope)
        let fields = try await test.auditEvents().map { $0.fields.map(\.key) }
        #expect(Set(fields).isSuperset(of: [["person", "posix"], ["person"]]))
    }

    @Test("of a change of several kinds that was told often enough, the other kinds still are")
    func mixedKinds() async throws {
        for number in 1...4 { try await edit { $0.email = "new\(number)@example.com" } }
        #expect(told.count == 3)
        try await edit {
            $0.email = "last@example.com"
            $0.password = Self.fresh
        }
        #expect(told.last == .passwordChanged && told.count == 4)
        #expect(test.codes.notices.last?.text.contains("e-mail address") == true)
    }

    @Test("nothing is told of what does not let anybody in, nor of what did not happen")
    func silence() async throws {
        try await edit { $0.name = "Jane" }
        try await configure(email: false)
        let refusal = await failure {
            try await test.passwords.change(.oneself, by: principal) { () throws(MusterError) in
                PasswordChange(new: Self.fresh, current: Secret("wrong"))
            }
        }
        #expect(refusal?.code == .currentPasswordInvalid)
        #expect(told.isEmpty)
    }

    @Test("each kind is told three times in an hour and ten in a day, and none hides another")
    func budget() async throws {
        for _ in 1...5 { _ = try await test.keys.rotate(.oneself, by: principal) }
        #expect(told == [.keysReplaced, .keysReplaced, .keysReplaced])
        try await edit { $0.email = "new@example.com" }
        #expect(told.last == .emailChanged)
        for _ in 1...5 {
            test.clock.advance(by: .seconds(3600))
            for _ in 1...3 {
                _ = try await test.keys.rotate(.user(.id(user.id)), by: test.asAdministrator)
            }
        }
        #expect(told.count { $0 == .keysReplaced } == 10)
        test.clock.advance(by: .seconds(86_400))
        _ = try await test.keys.rotate(.user(.id(user.id)), by: test.asAdministrator)
        #expect(told.count { $0 == .keysReplaced } == 11)
    }

    @Test(
        "what one does to many has a bound of its own; what another does, or is done to who administers, is told all the same"
    )
    func others() {
        let budget = NoticeBudget()
        let (one, another) = (UserID(rawValue: 1001), UserID(rawValue: 1002))
        let now = FixedClock.start
        for number in 1...300 {
            let isTold = budget.take(
                UserID(rawValue: Int64(number)),
                .emailChanged,
                by: .user(one),
                at: now
            )
            #expect(isTold == (number <= NoticeBudget.othersHourly))
        }
        let last = UserID(rawValue: 300)
        #expect(budget.take(last, .emailChanged, by: .owner, at: now))
        #expect(budget.take(last, .emailChanged, by: .user(another), at: now))
        #expect(budget.take(last, .emailChanged, by: .user(one), isStrong: true, at: now))
        #expect(!budget.take(last, .emailChanged, by: .user(another), isStrong: true, at: now))
        let later = now.advanced(by: .seconds(3600))
        #expect(budget.take(UserID(rawValue: 299), .emailChanged, by: .user(one), at: later))
    }

    @Test("nothing is told where the server sends no mail, or none can go there")
    func nowhere() async throws {
        let silent = try await TestDirectory(
            rules: DirectoryRules(delivery: DeliveryRules(isEmailOn: false))
        )
        let jane = try await silent.makeUser("jane@example.com")
        _ = try await silent.keys.rotate(.user(.id(jane.id)), by: silent.asAdministrator)
        #expect(silent.codes.notices.isEmpty)
        let nameless = try await test.users.create(by: test.asMaskAdministrator) {
            () throws(MusterError) in (UserDraft(username: try Username("nobody")), nil)
        }
        _ = try await test.keys.rotate(.user(.id(nameless.id)), by: test.asAdministrator)
        #expect(told.isEmpty)
    }
}
