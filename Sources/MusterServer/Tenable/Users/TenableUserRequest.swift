import MusterCore
import TenableAPI

extension Call {
    /// The body of a user to be created.
    func newUser() throws(MusterError) -> (draft: UserDraft, password: Secret<String>?) {
        let body = try read(CreateUserRequest.init)
        let username: Username
        do {
            username = try Username(body.username)
        } catch {
            throw .invalid(
                "username",
                "child \"username\" fails because [\"username\": \(error.message)]"
            )
        }
        var draft = UserDraft(username: username)
        draft.role = try Call.role(body.permissions) ?? draft.role
        draft.name = Call.own(try ContactRules.name(body.name), username)
        draft.email = Call.own(try ContactRules.email(body.email, of: username), username)
        return (draft, Secret(body.password))
    }

    /// The body of changes to a user.
    ///
    /// - Throws: ``MusterError`` with code `input.body_dropped`, or as ``read(_:)``.
    func editRequest() throws(MusterError) -> UserEditRequest<EditUserRequest> {
        guard !hasNoBody else {
            throw MusterError(
                .inputBodyDropped,
                "The request has no body, so nothing was changed. pyTenable 26.5 to 26.10 loses it in "
                    + "users.edit(). Use tio.put(f'users/{id}', json={'name': 'New'}), "
                    + "tio.users.enabled(id, False), or pytenable==1.9.1 with restfly<2. An empty object {} "
                    + "changes nothing and is accepted."
            )
        }
        let body = try read(EditUserRequest.init)
        return UserEditRequest(body, currentPassword: body.currentPassword.map { Secret($0) })
    }

    /// A text that is the user's own, not just the username given once more.
    private static func own(_ text: String?, _ username: Username) -> String? {
        text.flatMap { $0.isEmpty || $0 == username.text ? nil : $0 }
    }

    fileprivate static func role(_ number: Int64?) throws(MusterError) -> Role? {
        guard let number else { return nil }
        return try Role(number: number)
    }
}

extension EditUserRequest {
    /// The changes that were asked for, checked; role and whether the user is enabled are no matter of its own.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`.
    func changes(of username: Username, ofOneself: Bool = false) throws(MusterError) -> UserChanges
    {
        var changes = UserChanges()
        changes.name = try ContactRules.name(name)
        changes.email = try ContactRules.email(email, of: username)
        guard !ofOneself else { return changes }
        changes.role = try Call.role(permissions)
        changes.isEnabled = isEnabled
        return changes
    }
}
