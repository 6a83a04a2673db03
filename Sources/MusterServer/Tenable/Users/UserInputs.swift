import MusterCore
import TenableAPI

extension Call {
    /// The body of a user to be created.
    func newUser() throws(MusterError) -> (draft: UserDraft, password: Secret<String>) {
        let body = try input(CreateUserRequest.init)
        let username: Username
        do {
            username = try Username(body.username)
        } catch {
            throw .invalid("username", "\"username\": \(error.message)")
        }
        var draft = UserDraft(username: username)
        draft.role = try Call.role(body.permissions) ?? draft.role
        draft.name = Call.own(try Call.checkedName(body.name), username)
        draft.email = Call.own(try Call.checkedEmail(body.email, username: username), username)
        return (draft, Secret(body.password))
    }

    /// The body of changes to a user.
    func userChanges(ofOneself: Bool = false, username: Username) throws(MusterError) -> UserChanges
    {
        guard !hasNoBody else {
            throw MusterError(
                .inputBodyDropped,
                "The request has no body, so nothing was changed. pyTenable 26.5 to 26.10 loses it in "
                    + "users.edit(). Use tio.put(f'users/{id}', json={'name': 'New'}), "
                    + "tio.users.enabled(id, False), or pytenable==1.9.1 with restfly<2. An empty object {} "
                    + "changes nothing and is accepted."
            )
        }
        let body = try input(EditUserRequest.init)
        var changes = UserChanges()
        changes.name = try Call.checkedName(body.name)
        changes.email = try Call.checkedEmail(body.email, username: username)
        guard !ofOneself else { return changes }
        changes.role = try Call.role(body.permissions)
        changes.isEnabled = body.isEnabled
        return changes
    }

    /// A text that is the user's own, not just the username given once more.
    private static func own(_ text: String?, _ username: Username) -> String? {
        text.flatMap { $0.isEmpty || $0 == username.text ? nil : $0 }
    }

    private static func role(_ number: Int64?) throws(MusterError) -> Role? {
        guard let number else { return nil }
        guard let role = Int(exactly: number).flatMap(Role.init(rawValue:)) else {
            throw .invalid(
                "permissions",
                "child \"permissions\" fails because [\"permissions\" must be one of "
                    + "[0, 16, 24, 32, 40, 64]]"
            )
        }
        return role
    }

    private static func checkedName(_ name: String?) throws(MusterError) -> String? {
        guard let name else { return nil }
        guard name.utf8.count <= 512, !name.hasControls else {
            throw .invalid(
                "name",
                "child \"name\" fails because [\"name\" must have at most 512 bytes and no control "
                    + "characters]"
            )
        }
        return name
    }

    /// An address has one `@` with something on both sides; the username is taken as it is, because
    /// clients send back what they were shown.
    private static func checkedEmail(
        _ email: String?,
        username: Username
    ) throws(MusterError) -> String? {
        guard let email, !email.isEmpty, email != username.text else { return email }
        let parts = email.split(separator: "@", omittingEmptySubsequences: false)
        let isAddress = parts.count == 2 && parts.allSatisfy { !$0.isEmpty }
        guard isAddress, email.utf8.count <= 254, !email.hasControls, !email.contains(" ") else {
            throw .invalid(
                "email",
                "child \"email\" fails because [\"email\" must be a valid email]"
            )
        }
        return email
    }
}

extension String {
    fileprivate var hasControls: Bool {
        unicodeScalars.contains { $0.properties.generalCategory == .control }
    }
}
