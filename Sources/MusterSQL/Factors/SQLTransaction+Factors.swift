package import MusterCore

/// What is selected of factors beside a user `u`.
package enum FactorColumn {
    /// Whether it has an app or a passkey.
    package static let isThere: StatementText =
        "EXISTS (SELECT 1 FROM factor AS f WHERE f.user_id = u.id AND f.tries_left IS NULL)"
}

extension SQLTransaction {
    package func factors(of user: UserID) throws(MusterError) -> [Factor] {
        try rows(
            """
            SELECT id, user_id, label, created_at, last_used_at, failure_count, secret_sealed, last_step,
                tries_left, credential_id, public_key, model, counter, is_backup_eligible, is_backed_up, site
            FROM factor
            WHERE user_id = ?
            ORDER BY id
            """,
            [user.rawValue],
            decodeFactor
        )
    }

    package func passkey(_ credentialID: [UInt8]) throws(MusterError) -> Factor? {
        try row(
            """
            SELECT id, user_id, label, created_at, last_used_at, failure_count, secret_sealed, last_step,
                tries_left, credential_id, public_key, model, counter, is_backup_eligible, is_backed_up, site
            FROM factor
            WHERE credential_id = ?
            """,
            [credentialID],
            decodeFactor
        )
    }

    package func hasFactor(_ user: UserID) throws(MusterError) -> Bool {
        try row(
            "SELECT true FROM factor WHERE user_id = ? AND tries_left IS NULL LIMIT 1",
            [user.rawValue]
        ) { _ in true } ?? false
    }

    package func factorCounts(of user: UserID) throws(MusterError) -> FactorCounts {
        try row(
            """
            SELECT count(*) FILTER (WHERE secret_sealed IS NOT NULL),
                count(*) FILTER (WHERE credential_id IS NOT NULL),
                (SELECT count(*) FROM recovery_code WHERE user_id = ?1)
            FROM factor
            WHERE user_id = ?1 AND tries_left IS NULL
            """,
            [user.rawValue]
        ) { FactorCounts($0, from: 0) } ?? FactorCounts()
    }

    private func decodeFactor(_ row: Row) throws -> Factor {
        let user = UserID(rawValue: row[1])
        let proof: Factor.Proof
        if let box = row[6] as [UInt8]? {
            // One that cannot be opened is listed and removed like any other: it must not keep its owner from that.
            let key = openSecret(box, of: user)
            proof = .timeCode(TimeCodeSecret(key: key, lastStep: row[7], triesLeft: row[8]))
        } else {
            proof = .passkey(
                Passkey(
                    credentialID: row.bytes(9),
                    publicKey: row.bytes(10),
                    model: row.bytes(11),
                    counter: UInt32(clamping: row[12] as Int64),
                    isBackupEligible: row[13],
                    isBackedUp: row[14],
                    site: row[15]
                )
            )
        }
        return Factor(
            id: FactorID(rawValue: row[0]),
            user: user,
            label: row[2],
            createdAt: Timestamp(rawValue: row[3]),
            lastUsedAt: row.optionalTimestamp(4),
            failureCount: row[5],
            proof: proof
        )
    }

    package func insertFactor(
        _ proof: Factor.Proof,
        of user: UserID,
        label: String,
        at now: Timestamp
    ) throws(MusterError) -> Factor {
        let number: Int64?
        switch proof {
        case .timeCode(let secret):
            guard let key = secret.key else {
                throw MusterError(
                    .storeUnavailable,
                    "An authenticator app without a secret is none."
                )
            }
            number = try written(
                """
                INSERT INTO factor (user_id, label, created_at, secret_sealed, last_step, tries_left)
                VALUES (?, ?, ?, ?, ?, ?)
                RETURNING id
                """,
                [
                    user.rawValue, label, now.rawValue, sealed(key, of: user),
                    secret.lastStep, secret.triesLeft,
                ]
            ) { $0[0] }
        case .passkey(let passkey):
            guard try self.passkey(passkey.credentialID) == nil else {
                throw MusterError.passkeyIsKnown
            }
            number = try written(
                """
                INSERT INTO factor (user_id, label, created_at, credential_id, public_key, model, counter,
                    is_backup_eligible, is_backed_up, site)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                RETURNING id
                """,
                [
                    user.rawValue, label, now.rawValue, passkey.credentialID, passkey.publicKey,
                    passkey.model, Int64(passkey.counter), passkey.isBackupEligible,
                    passkey.isBackedUp, passkey.site,
                ]
            ) { $0[0] }
        }
        changesUsers = true
        return Factor(
            id: FactorID(rawValue: number ?? 0),
            user: user,
            label: label,
            createdAt: now,
            proof: proof
        )
    }

    package func updateFactor(_ factor: Factor) throws(MusterError) {
        let lastUse = factor.lastUsedAt?.rawValue
        if factor.isConfirmed {
            let confirmed = try change(
                "UPDATE factor SET tries_left = NULL WHERE id = ? AND tries_left IS NOT NULL",
                [factor.id.rawValue]
            )
            // What a login changes of a factor is nothing that a user's record shows.
            changesUsers = changesUsers || confirmed > 0
        }
        switch factor.proof {
        case .timeCode(let secret):
            try run(
                """
                UPDATE factor
                SET last_used_at = ?, failure_count = ?, last_step = ?, tries_left = ?
                WHERE id = ?
                """,
                [
                    lastUse, factor.failureCount, secret.lastStep, secret.triesLeft,
                    factor.id.rawValue,
                ]
            )
        case .passkey(let passkey):
            try run(
                """
                UPDATE factor
                SET last_used_at = ?, failure_count = ?, counter = ?, is_backed_up = ?
                WHERE id = ?
                """,
                [
                    lastUse, factor.failureCount, Int64(passkey.counter), passkey.isBackedUp,
                    factor.id.rawValue,
                ]
            )
        }
    }

    package func deleteFactor(_ id: FactorID) throws(MusterError) {
        let deleted = try change("DELETE FROM factor WHERE id = ?", [id.rawValue])
        changesUsers = changesUsers || deleted > 0
    }

    package func userHandle(of user: UserID) throws(MusterError) -> [UInt8]? {
        try row("SELECT handle FROM passkey_owner WHERE user_id = ?", [user.rawValue]) {
            $0.bytes(0)
        }
    }

    package func insertUserHandle(_ handle: [UInt8], of user: UserID) throws(MusterError) {
        try run(
            "INSERT INTO passkey_owner (user_id, handle) VALUES (?, ?)",
            [user.rawValue, handle]
        )
    }

    /// The secret of an app as it stands in its column, bound to its user.
    private func sealed(_ key: Secret<[UInt8]>, of user: UserID) -> [UInt8] {
        key.withExposedValue { sealer.seal($0, context: Self.secretContext(user)) }
    }

    /// The secret of an app out of its column; nil if this master key does not open it.
    package func openSecret(_ box: [UInt8], of user: UserID) -> Secret<[UInt8]>? {
        (try? sealer.open(box, context: Self.secretContext(user))).map { Secret($0) }
    }

    private static func secretContext(_ user: UserID) -> String {
        "time code secret of user \(user.rawValue)"
    }
}

extension FactorCounts {
    /// Reads apps, passkeys and recovery codes from three columns of a row.
    package init(_ row: some SQLRow, from column: Int) {
        self.init(apps: row[column], passkeys: row[column + 1], recoveryCodes: row[column + 2])
    }
}
