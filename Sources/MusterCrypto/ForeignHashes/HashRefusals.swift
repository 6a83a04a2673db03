import MusterCore

extension ForeignHash {
    /// The refusal of a hash whose check would take longer than `limit`.
    static func tooDear(_ time: Duration, limit: Duration) -> MusterError {
        refusal(
            """
            would take about \(milliseconds(time)) ms of this machine at each login, and at most \
            \(milliseconds(limit)) ms are allowed. Import the user without it and set a new password, or \
            raise the setting password.import.milliseconds.
            """
        )
    }

    /// The refusal of a hash of a form that the settings do not name.
    static func tooWeak(_ form: WeakHashForm) -> MusterError {
        refusal(
            """
            is {\(form.rawValue)}, one round of a fast digest, which tells its password to whoever has the file. \
            Import the user without it and set a new password, or name \(form.rawValue) in the setting \
            password.import.weakForms.
            """
        )
    }

    /// A refusal that says what the hash has to be.
    static func refusal(_ rule: String) -> MusterError {
        .invalid("password_hash", rule: rule)
    }

    static var unknownForm: MusterError {
        refusal("is of no form that is taken. Taken are \(forms).")
    }

    private static func milliseconds(_ time: Duration) -> Int64 {
        let (seconds, attoseconds) = time.components
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }
}
