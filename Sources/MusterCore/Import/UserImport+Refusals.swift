extension UserImport {
    /// What is said of a line whose name somebody has, where it may make users only.
    func taken(_ username: Username) -> MusterError {
        var error = MusterError.duplicateUsername
        let advice =
            options.mode == .create
            ? " To change that user, import with mode=upsert (--mode upsert)." : ""
        error.message = "There is a user \(username.text) already.\(advice)"
        error.details["rule"] = "is \(username.text), a user who is there already.\(advice)"
        return error
    }

    /// Who imports sets no other password of its own, because a line has no place for the present one.
    static var ownPassword: MusterError {
        MusterError(
            .currentPasswordInvalid,
            "Nobody sets another password of its own by an import. Leave it out of this line, and change it with "
                + "PUT /session/chpasswd (muster users passwd)."
        )
        .at(
            "password",
            "must be left out of the line that is your own. Change it with PUT /session/chpasswd (muster users passwd)."
        )
    }

    /// Who imports gives itself no SSH keys in a session that somebody may have taken.
    static var keysOfAdministrators: MusterError {
        MusterError(
            .confirmationRequired,
            "In a session whose owner has not proved itself lately nobody gives SSH keys to itself, or to whoever administers users, "
                + "by an import. Log in again, or leave them out of this line."
        )
        .at(
            "ssh_keys",
            "must be left out of the line of whoever administers users, or you log in again first."
        )
    }

    /// Who imports sets no other address of its own, for the same reason.
    static var ownAddress: MusterError {
        MusterError(
            .currentPasswordInvalid,
            "Nobody sets another e-mail address of its own by an import. Leave it out of this line, and change it "
                + "with PUT /session (muster users edit)."
        )
        .at(
            "email",
            "must be left out of the line that is your own. Change it with PUT /session (muster users edit)."
        )
    }
}
