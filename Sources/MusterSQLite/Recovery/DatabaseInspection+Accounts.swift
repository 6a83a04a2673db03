public import MusterCore
import MusterSQL

extension DatabaseInspection {
    /// The most administrators that are looked at.
    private static let administratorLimit = 1000

    /// The enabled administrators, the first thousand.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`, also where a phone number was sealed with
    ///   another master key.
    public func administrators() throws(MusterError) -> [Administrator] {
        try read { transaction throws(MusterError) in
            let found: [(id: UserID, canSignIn: Bool, hasPassword: Bool)] = try transaction.rows(
                """
                SELECT u.id, \(SQLiteTransaction.canSignIn),
                    u.password_permitted = 1
                        AND EXISTS (SELECT 1 FROM password AS p WHERE p.user_id = u.id)
                FROM user AS u
                WHERE u.role = 64 AND u.is_enabled = 1
                ORDER BY u.id
                LIMIT ?
                """,
                [DatabaseInspection.administratorLimit]
            ) { (UserID(rawValue: $0[0]), $0[1], $0[2]) }
            var administrators: [Administrator] = []
            for (id, canSignIn, hasPassword) in found {
                guard let user = try transaction.user(.id(id)) else { continue }
                let (codes, hasFactor) = (user.secondFactor, try transaction.hasFactor(id))
                administrators.append(
                    Administrator(
                        user: user,
                        canSignIn: canSignIn,
                        hasPassword: hasPassword,
                        hasSecondFactor: hasFactor || codes.isRequiredAtLogin,
                        hasSMSAlone: codes.isSMSEnabled && !codes.isEmailEnabled && !hasFactor
                    )
                )
            }
            return administrators
        }
    }

    /// The login names of some users with an authenticator app whose secret the master key does not open, and how many there are.
    ///
    /// Reads all apps: 10,000 take less than a second.
    ///
    /// - Parameter limit: The most names.
    /// - Returns: The names, and how many there are without the limit.
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func beyondTheKey(limit: Int) throws(MusterError) -> (names: [String], count: Int) {
        try read { transaction throws(MusterError) in
            let apps: [(user: UserID, name: String, box: [UInt8])] = try transaction.rows(
                """
                SELECT u.id, u.username, f.secret_sealed
                FROM factor AS f
                JOIN user AS u ON u.id = f.user_id
                WHERE f.secret_sealed IS NOT NULL AND f.tries_left IS NULL
                ORDER BY u.id
                """,
                []
            ) { (UserID(rawValue: $0[0]), $0[1], $0.bytes(2)) }
            var names: [String] = []
            var last: UserID?
            for app in apps where app.user != last {
                guard transaction.openSecret(app.box, of: app.user) == nil else { continue }
                names.append(app.name)
                last = app.user
            }
            return (Array(names.prefix(limit)), names.count)
        }
    }

    /// The login names of some users whom ways in refuse that have no place for a code, and how many there are.
    ///
    /// - Parameters:
    ///   - hasApps: Whether those with an authenticator app are left out.
    ///   - limit: The most names.
    /// - Returns: The names, and how many there are without the limit.
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func shutOutOfPasswordOnlyLogins(
        exceptApps hasApps: Bool,
        limit: Int
    ) throws(MusterError) -> (names: [Username], count: Int) {
        try read { transaction throws(MusterError) in
            try transaction.shutOutOfPasswordOnlyLogins(exceptApps: hasApps, limit: limit)
        }
    }

    /// The login names of some users who can show no second factor, because all that they have is codes by ways that the
    /// server does not have, and how many there are.
    ///
    /// - Parameters:
    ///   - isEmailOn: Whether the server sends codes by e-mail.
    ///   - isSMSOn: Whether it sends them by SMS.
    ///   - limit: The most names.
    /// - Returns: The names, and how many there are without the limit.
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func beyondCodes(
        isEmailOn: Bool,
        isSMSOn: Bool,
        limit: Int
    ) throws(MusterError) -> (names: [Username], count: Int) {
        try read { transaction throws(MusterError) in
            try transaction.beyondCodes(isEmailOn: isEmailOn, isSMSOn: isSMSOn, limit: limit)
        }
    }

    /// For which hosts there are passkeys.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func passkeySites() throws(MusterError) -> [PasskeySite] {
        try read { transaction throws(MusterError) in try transaction.passkeySites() }
    }
}
