package import MusterCore

extension SQLTransaction {
    package func verificationCode(of user: UserID) throws(MusterError) -> VerificationCode? {
        try row(
            """
            SELECT code_digest, phone_sealed, issued_at, tries_left
            FROM verification_code
            WHERE user_id = ?
            """,
            [user.rawValue]
        ) { row in
            VerificationCode(
                digest: Digest(row.bytes(0)),
                purpose: try openPhone(row[1], of: user).map { .phone($0) } ?? .login,
                issuedAt: Timestamp(rawValue: row[2]),
                triesLeft: row[3]
            )
        }
    }

    package func replaceVerificationCode(
        of user: UserID,
        with code: VerificationCode
    ) throws(MusterError) {
        var phone: PhoneNumber?
        if case .phone(let number) = code.purpose {
            phone = number
        }
        try run(
            """
            INSERT INTO verification_code (user_id, code_digest, phone_sealed, issued_at, tries_left)
            VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (user_id) DO UPDATE
            SET code_digest = excluded.code_digest,
                phone_sealed = excluded.phone_sealed,
                issued_at = excluded.issued_at,
                tries_left = excluded.tries_left
            """,
            [
                user.rawValue, code.digest.bytes, sealed(phone, of: user),
                code.issuedAt.rawValue, code.triesLeft,
            ]
        )
    }

    package func deleteVerificationCode(of user: UserID) throws(MusterError) {
        try run("DELETE FROM verification_code WHERE user_id = ?", [user.rawValue])
    }

    /// A phone number as it stands in its column, bound to its user.
    package func sealed(_ phone: PhoneNumber?, of user: UserID) -> [UInt8]? {
        phone.map { sealer.seal(Array($0.text.utf8), context: Self.phoneContext(user)) }
    }

    package func openPhone(_ box: [UInt8]?, of user: UserID) throws(MusterError) -> PhoneNumber? {
        guard let box else { return nil }
        let bytes = try sealer.open(box, context: Self.phoneContext(user))
        return PhoneNumber(stored: String(decoding: bytes, as: UTF8.self))
    }

    private static func phoneContext(_ user: UserID) -> String {
        "phone of user \(user.rawValue)"
    }
}
