import TextBytes

extension User {
    /// The user with changes applied.
    ///
    /// A name or address equal to the username is none of its own. Whoever loses the role Administrator loses the
    /// bits that administer, too, unless the same changes say what the masks shall be.
    func applying(_ changes: UserChanges) -> User {
        var user = self
        user.username = changes.username ?? username
        user.role = changes.role ?? role
        if let name = changes.name {
            user.name = name.isEmpty || name.hasSameBytes(as: user.username.text) ? nil : name
        }
        if let email = changes.email {
            user.email = email.isEmpty || email.hasSameBytes(as: user.username.text) ? nil : email
        }
        user.isEnabled = changes.isEnabled ?? isEnabled
        if let expiry = changes.expiry { user.expiresAt = expiry.moment }
        if let note = changes.note { user.note = note.isEmpty ? nil : note }
        let kept = isDemoted(to: user.role) ? masks.removing(.users) : masks
        user.masks = Masks(
            read: changes.readMask ?? kept.read,
            write: changes.writeMask ?? kept.write,
            liveview: changes.liveviewMask ?? kept.liveview
        )
        user.hosts = changes.hosts ?? hosts
        user.inactivityTimeout = changes.inactivityTimeout ?? inactivityTimeout
        user.authorizations = Authorizations(
            api: changes.isAPIPermitted ?? authorizations.api,
            password: changes.isPasswordPermitted ?? authorizations.password,
            saml: changes.isSAMLPermitted ?? authorizations.saml,
            requiresSecondFactorEnrolment: changes.requiresSecondFactorEnrolment
                ?? authorizations.requiresSecondFactorEnrolment
        )
        return user
    }

    /// Whether groups show this user otherwise as it becomes.
    ///
    /// Over LDAP they name their members by login names, and those who are shut out are not shown.
    func isShownOtherwise(as after: User, at now: Timestamp) -> Bool {
        after.username != username || after.isShutOut(at: now) != isShutOut(at: now)
    }

    /// Whether another role is less than the role Administrator, which this user has.
    func isDemoted(to role: Role) -> Bool {
        self.role == .administrator && role < .administrator
    }

    /// What an audit record says of a change from `before` to this.
    ///
    /// Of the note it says only that it was changed: the log is kept when the note is gone, and taken to places where
    /// notes are not.
    func auditFields(changedFrom before: User) -> [AuditField] {
        var changed = ChangedFields()
        changed.compare("username", username.text, before.username.text)
        changed.compare("permissions", role.rawValue, before.role.rawValue)
        changed.compare("name", displayName, before.displayName)
        changed.compare("email", displayEmail, before.displayEmail)
        changed.compare("enabled", isEnabled, before.isEnabled)
        changed.compare("expires_at", expiresAt, before.expiresAt) { $0.map(\.text) ?? "never" }
        changed.compare("readbm", masks.read, before.masks.read)
        changed.compare("writebm", masks.write, before.masks.write)
        changed.compare("lviewbm", masks.liveview, before.masks.liveview)
        changed.compare("hosts", hosts, before.hosts) { $0.texts.joined(separator: ",") }
        changed.compare("timeout", inactivityTimeout, before.inactivityTimeout) {
            "\($0.components.seconds)"
        }
        let (now, then) = (authorizations, before.authorizations)
        changed.compare("api_permitted", now.api, then.api)
        changed.compare("password_permitted", now.password, then.password)
        changed.compare("saml_permitted", now.saml, then.saml)
        changed.compare(
            "two_factor_required",
            now.requiresSecondFactorEnrolment,
            then.requiresSecondFactorEnrolment
        )
        if !(note ?? "").hasSameBytes(as: before.note ?? "") {
            let word = note == nil ? "cleared" : before.note == nil ? "set" : "changed"
            changed.fields.append(AuditField("note", word))
        }
        return changed.fields
    }
}

extension UserWriter {
    /// Writes all of a user but its logins, keys and groups, and says when that was.
    ///
    /// No two changes of a user are at the same moment, and none is before an earlier one: whoever asks for what is newer, by
    /// LDAP's `entryUSN` or by a revision, would not hear of it.
    ///
    /// - Parameters:
    ///   - user: The user as it becomes.
    ///   - now: The present moment.
    /// - Returns: The user with the moment of the change.
    /// - Throws: ``MusterError`` with code `user.already_exists` or `store.unavailable`.
    @discardableResult
    func rewrite(_ user: User, at now: Timestamp) throws(MusterError) -> User {
        var user = user
        user.changedAt = max(now, user.changedAt.advanced(by: .milliseconds(1)))
        try updateUser(user, at: user.changedAt)
        return user
    }
}
