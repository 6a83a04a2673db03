import MusterAPI
import MusterCore
import TextBytes

extension UserBody {
    /// The changes that were asked for, checked.
    ///
    /// - Throws: ``MusterError`` with code `user.username_invalid` or `input.invalid`.
    func changes(
        of username: Username,
        roleField: String = "permissions"
    ) throws(MusterError) -> UserChanges {
        var changes = UserChanges()
        if let text = self.username { changes.username = try Username(text) }
        let owner = changes.username ?? username
        changes.name = try UserBody.quoting(name) { text throws(MusterError) in
            try ContactRules.name(text)
        }
        changes.email = try UserBody.quoting(email) { text throws(MusterError) in
            try ContactRules.email(text, of: owner)
        }
        if let permissions {
            changes.role = try Role(word: String(permissions), field: roleField)
        }
        changes.isEnabled = isEnabled
        changes.expiry = expiresAt.map { value in
            switch value {
            case .null: .never
            case .moment(let milliseconds): .at(Timestamp(rawValue: milliseconds))
            }
        }
        changes.note = try UserBody.quoting(note) { text throws(MusterError) in
            try ContactRules.note(text)
        }
        if let hosts { changes.hosts = try AllowedNetworks(hosts) }
        changes.readMask = readbm
        changes.writeMask = writebm
        changes.liveviewMask = lviewbm
        changes.inactivityTimeout = timeout.map { .seconds($0) }
        changes.isAPIPermitted = isAPIPermitted
        changes.isPasswordPermitted = isPasswordPermitted
        changes.isSAMLPermitted = isSAMLPermitted
        changes.requiresSecondFactorEnrolment = isTwoFactorRequired
        return changes
    }

    /// Reads a text by a rule whose refusal does not quote it, since other dialects have that sentence as it is.
    private static func quoting(
        _ text: String?,
        _ read: (String?) throws(MusterError) -> String?
    ) throws(MusterError) -> String? {
        do {
            return try read(text)
        } catch {
            var error = error
            let value = ", not \((text ?? "").quoted(40))"
            error.message += value
            if let rule = error.details["rule"] { error.details["rule"] = rule + value }
            throw error
        }
    }
}
