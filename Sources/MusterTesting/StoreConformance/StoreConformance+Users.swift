import FoundationEssentials
import MusterCore
import Testing

extension StoreConformance {
    /// Users are kept as they are written, under numbers that are never given twice, and found by number,
    /// UUID and name.
    ///
    /// - Throws: What a store throws where none of its promises lets it.
    public func users() async throws {
        try await numbersAreNeverReused()
        try await usersAreFound()
        try await hostileReferencesFindNobody()
        try await namesAreUnique()
        try await everyFieldIsKept()
        try await updatesLeaveTheRest()
        try await administratorsAreCounted()
        try await deletionTakesEverything()
    }

    private func numbersAreNeverReused() async throws {
        let (store, first) = try await makeStore(with: "first@example.com")
        #expect(first.id.rawValue >= 2, "clients ask for 0 and 1 and expect nobody")
        let second = try await insert(draft("second@example.com"), into: store)
        #expect(second.id > first.id)
        try await store.delete(second)
        #expect(try await store.user(.id(second.id)) == nil)
        let third = try await insert(draft("second@example.com"), into: store)
        #expect(third.id > second.id, "the number of a deleted user was given again")
        #expect(try await store.userCount() == 2)
    }

    private func usersAreFound() async throws {
        let (store, user) = try await makeStore(with: "Jane.Doe@Example.com")
        try await insertMany(["zoe@example.com", "adam@example.com"], into: store)
        #expect(try await store.user(.id(user.id)) == user)
        #expect(try await store.user(.uuid(user.uuid)) == user)
        for name in ["Jane.Doe@Example.com", "jane.doe@example.com", "JANE.DOE@EXAMPLE.COM"] {
            let found = try await store.user(.username(name))
            #expect(found == user, "\(name) was not found")
            #expect(found?.username.text == "Jane.Doe@Example.com", "shown as given")
        }
    }

    private func hostileReferencesFindNobody() async throws {
        let (store, user) = try await makeStore(with: "kim@example.com")
        let names = [
            "", "%", "kim%", "kim@example.co_", "kim@example.com ", " kim@example.com", "kim",
            "\(user.id.rawValue)", user.uuid.text, "kim@example.com\0", "kim@example.com\0x",
            "\u{212A}im@example.com", "k\u{131}m@example.com", "kim@example.com'--", "' OR 1=1 --",
            String(repeating: "k", count: 100_000),
        ]
        for name in names {
            let found = try await store.user(.username(name))
            #expect(found == nil, "\(name.prefix(40).debugDescription) found somebody")
        }
        for number in [Int64.min, -1, 0, 1, user.id.rawValue + 1, .max] {
            let found = try await store.user(.id(UserID(rawValue: number)))
            #expect(found == nil, "\(number) found somebody")
        }
        #expect(try await store.user(.uuid(Group.everyoneUUID)) == nil)
    }

    private func namesAreUnique() async throws {
        let (store, user) = try await makeStore(with: "jane@example.com")
        let other = try await insert(draft("other@example.com"), into: store)
        let taken = await failure {
            try await insert(draft("JANE@example.com"), into: store)
        }
        #expect(taken?.code == .userAlreadyExists)
        var renamed = other
        renamed.username = Username(stored: "Jane@Example.com")
        let clash = await failure { [renamed] in try await update(renamed, in: store) }
        #expect(clash?.code == .userAlreadyExists)
        #expect(try await store.user(.id(other.id)) == other)

        var respelt = user
        respelt.username = Username(stored: "JANE@EXAMPLE.COM")
        try await update(respelt, in: store)
        #expect(try await store.user(.id(user.id))?.username.text == "JANE@EXAMPLE.COM")
    }

    private func everyFieldIsKept() async throws {
        let store = try await makeStore()
        var draft = UserDraft(
            username: Username(stored: "full@example.com"),
            name: "Zoë \u{1F600} O'Brien; --",
            email: "post+full@example.org",
            role: .scanManager,
            masks: Masks(read: .max, write: 1, liveview: .max - 1),
            hosts: try AllowedNetworks(["10.0.0.0/8", "2001:db8::/32", "192.0.2.7"]),
            inactivityTimeout: .seconds(2_147_483_647)
        )
        draft.isEnabled = false
        draft.expiresAt = Expiry.last
        draft.note = "Zo\u{EB}'s\nlaptop; -- \u{1F600}"
        draft.authorizations = Authorizations(
            api: true,
            password: false,
            saml: true,
            requiresSecondFactorEnrolment: true
        )
        // A field that is new has to be given here, too, so that no store forgets it.
        let plain = Mirror(reflecting: UserDraft(username: Username(stored: "plain")))
        for (own, usual) in zip(Mirror(reflecting: draft).children, plain.children) {
            #expect("\(own.value)" != "\(usual.value)", "give another \(own.label ?? "value")")
        }
        let created = try await insert(draft, into: store)
        #expect(created == User(id: created.id, uuid: created.uuid, draft: draft, at: now))
        #expect(try await store.user(.id(created.id)) == created)

        var changed = created
        changed.username = Username(stored: "changed@example.com")
        changed.name = ""
        changed.email = nil
        changed.role = .readOnly
        changed.masks = .all
        changed.hosts = AllowedNetworks()
        changed.inactivityTimeout = .zero
        changed.isEnabled = true
        changed.expiresAt = Timestamp(rawValue: 0)
        changed.note = String(repeating: "x", count: ContactRules.maximumNoteBytes)
        changed.authorizations = Authorizations(
            api: false,
            password: true,
            saml: false,
            requiresSecondFactorEnrolment: true
        )
        changed.secondFactor = SecondFactor(
            phone: try PhoneNumber("+4915112345678"),
            isPhoneVerified: true,
            isSMSEnabled: true,
            isEmailEnabled: true
        )
        try await update(changed, in: store)
        #expect(try await store.user(.id(created.id)) == changed)
        changed.secondFactor = SecondFactor()
        changed.expiresAt = nil
        changed.note = nil
        try await update(changed, in: store)
        #expect(try await store.user(.id(created.id)) == changed)
    }

    func insertMany(_ names: [String], into store: any DirectoryStore) async throws(MusterError) {
        for name in names {
            _ = try await insert(draft(name), into: store)
        }
    }
}
