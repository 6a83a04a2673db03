import MusterAPI
import MusterConsole
import MusterCore
import TextBytes

extension Visit {
    /// The fields of a form as they were typed, or else as a user has them.
    func userForm(_ user: User?, _ error: MusterError?, isTyped: Bool) -> UserForm {
        let values = user.map(Visit.values) ?? ["permissions": "16", "timeout": "0"]
        let on =
            user.map(Visit.ticked) ?? [
                "enabled", "password_permitted", "api_permitted", "saml_permitted", "temporary",
            ]
        let visit = self
        let stale = error?.code == .revisionChanged ? user.map(staleFields) ?? [] : []
        let t = frame.texts.users
        return UserForm(
            masks: isTyped ? masks(beside: user?.masks ?? Masks()) : user?.masks ?? Masks()
        ) { name in
            let value = isTyped ? visit.text(name) : values[ByteText(name)] ?? ""
            if let field = stale.first(where: { $0.name.hasSameBytes(as: name) }) {
                return FieldState(value, error: "\(t.isNowField) \(field.now)")
            }
            return FieldState(value, error: error.flatMap { Visit.fieldComplaint($0, of: name) })
        } isOn: { name in
            isTyped ? visit.isOn(name) : on.contains(ByteText(name))
        }
    }

    /// What an error says of a field of the form.
    static func fieldComplaint(_ error: MusterError, of name: String) -> String? {
        if error.code == .usernameInvalid || error.code == .userAlreadyExists {
            return name.utf8.elementsEqual("username".utf8) ? error.message : nil
        }
        return complaint(error, of: name)
    }

    static func values(of user: User) -> [ByteText: String] {
        [
            "username": user.username.text,
            "name": user.name ?? "",
            "email": user.email ?? "",
            "note": user.note ?? "",
            "permissions": "\(user.role.rawValue)",
            "expires_at": user.expiresAt?.text ?? "",
            "hosts": user.hosts.texts.joined(separator: "\n"),
            "timeout": "\(user.inactivityTimeout.components.seconds)",
        ]
    }

    static func ticked(of user: User) -> Set<ByteText> {
        let marks: [(ByteText, Bool)] = [
            ("enabled", user.isEnabled),
            ("api_permitted", user.authorizations.api),
            ("password_permitted", user.authorizations.password),
            ("saml_permitted", user.authorizations.saml),
            ("two_factor_required", user.authorizations.requiresSecondFactorEnrolment),
        ]
        return Set(marks.filter(\.1).map(\.0))
    }
}
