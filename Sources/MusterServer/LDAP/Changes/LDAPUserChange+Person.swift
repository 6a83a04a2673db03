import LDAPWire
import MusterCore
import TextBytes
import WireJSON

extension LDAPUserChange {
    /// The attributes that are changed as texts of the person's.
    ///
    /// A manager is none of them: whether there is such a user is not known where a change is made.
    static let personal = Set(LDAPPerson.places.keys).subtracting([.manager])

    /// Those of which a user may have several values.
    static let several: Set<LDAPAttribute> = [.telephoneNumber, .mobile, .musterHost]

    /// What becomes of what is known of a user as a person.
    ///
    /// - Parameters:
    ///   - account: The user.
    ///   - changes: What becomes of the user itself.
    /// - Returns: The person; nil if it stays.
    /// - Throws: ``LDAPResult`` where a value is none of its attribute.
    func person(
        of account: PersonalAccount,
        _ changes: UserChanges
    ) throws(LDAPResult) -> Person? {
        var person = account.person
        for (attribute, steps) in texts.sorted(by: { $0.key.name < $1.key.name })
        where Self.personal.contains(attribute) {
            guard let place = LDAPPerson.place(of: attribute) else { continue }
            // Whoever is told of first goes on showing the name that it had.
            let known = person ?? Person(fallbackFor: account.user)
            let shown = LDAPPerson(known)
            let values = try after(steps, shown.texts(at: place), attribute, account.user)
            guard values.count <= 1 || Self.several.contains(attribute) else {
                throw LDAPResult(
                    .constraintViolation,
                    "a user has one value of \(attribute.name): replace it"
                )
            }
            person = try Self.revised(known, by: shown.change(at: place, to: values))
        }
        return try Self.renamed(person, account.user, changes)
    }

    /// The values that an attribute has after steps.
    ///
    /// Where it has none of its own, what the settings show in their place may be taken away as well, by those who change what
    /// they have seen.
    private func after(
        _ steps: LDAPValueSteps<String>,
        _ present: [String],
        _ attribute: LDAPAttribute,
        _ user: User
    ) throws(LDAPResult) -> [String] {
        do throws(LDAPResult) {
            return try steps.applied(to: present)
        } catch {
            let usual = settings?.accountValues(of: attribute, user) ?? []
            guard present.isEmpty, !usual.isEmpty else { throw error }
            return try steps.applied(to: usual.map { String(decoding: $0, as: UTF8.self) })
        }
    }

    /// The same person with the parts of another name, where parts are known.
    private static func renamed(
        _ person: Person?,
        _ user: User,
        _ changes: UserChanges
    ) throws(LDAPResult) -> Person? {
        guard let name = changes.name else { return person }
        let draft = UserDraft(username: user.username, name: name.isEmpty ? nil : name)
        let after = User(id: user.id, uuid: user.uuid, draft: draft)
        guard let person, !after.displayName.hasSameBytes(as: user.displayName),
            LDAPPerson(person).document["name"] != nil
        else { return person }
        let (first, last) = after.nameParts
        let parts: [(name: String, value: JSONValue)] = [
            ("formatted", .string(after.displayName)), ("familyName", .string(last)),
            ("givenName", first.map { .string($0) } ?? .null),
        ]
        let members = JSONObject([("name", .object(JSONObject(parts)))])
        return try revised(person, by: members)
    }

    private static func revised(
        _ person: Person,
        by members: JSONObject
    ) throws(LDAPResult) -> Person {
        try LDAPResult.translatingNow { () throws(MusterError) in
            try PersonDocument.revised(person, by: members)
        }
    }
}

extension Person {
    /// The person of whom nothing else is said than what a user's name and address tell.
    init(fallbackFor user: User) {
        let document = SCIMPerson.fallback(for: user)
        self.init(document: String(decoding: JSONValue.object(document).bytes, as: UTF8.self))
    }
}
