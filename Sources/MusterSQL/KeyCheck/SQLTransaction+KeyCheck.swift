package import MusterCore

extension SQLTransaction {
    /// What the box of the table `key_check` is bound to.
    private static var keyContext: String { "key check" }

    /// What the box of the table `key_check` holds.
    private static var keyText: [UInt8] { Array("muster".utf8) }

    /// Whether the master key is the one that has sealed what is in the directory.
    ///
    /// Where it is known by the table `key_check`, phone numbers of the first thousand users are looked for alone: a server asks
    /// this when it starts, and there may be a million who have none.
    ///
    /// - Parameters:
    ///   - hasTable: Whether there is a table `key_check`.
    ///   - hasFactors: Whether there is a table `factor`.
    /// - Returns: Whether it is; nil if nothing is sealed.
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    package func keyFits(hasTable: Bool, hasFactors: Bool) throws(MusterError) -> Bool? {
        var fits: Bool?
        if hasTable,
            let box = try row("SELECT box FROM key_check WHERE id = 1", [], { $0.bytes(0) })
        {
            guard (try? sealer.open(box, context: Self.keyContext)) == Self.keyText else {
                return false
            }
            fits = true
        }
        let users: StatementText =
            fits == nil
            ? "\"user\"" : "(SELECT id, phone_sealed FROM \"user\" ORDER BY id LIMIT 1000)"
        let sealed = try row(
            "SELECT u.id, u.phone_sealed FROM \(users) AS u WHERE u.phone_sealed IS NOT NULL LIMIT 1",
            []
        ) { (UserID(rawValue: $0[0]), $0[1] as [UInt8]?) }
        if let (user, box) = sealed {
            guard (try? openPhone(box, of: user)) != nil else { return false }
            fits = true
        }
        // Where the key is known otherwise, an app that it does not open is told by `muster check` and shuts nobody else out.
        guard fits == nil, hasFactors else { return fits }
        let app = try row(
            "SELECT user_id, secret_sealed FROM factor WHERE secret_sealed IS NOT NULL LIMIT 1",
            []
        ) { (UserID(rawValue: $0[0]), $0.bytes(1)) }
        return app.map { openSecret($0.1, of: $0.0) != nil }
    }

    /// Records the present master key as the directory's.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    package func recordKey() throws(MusterError) {
        try run(
            """
            INSERT INTO key_check (id, box)
            VALUES (1, ?)
            ON CONFLICT (id) DO UPDATE
            SET box = excluded.box
            """,
            [sealer.seal(Self.keyText, context: Self.keyContext)]
        )
    }

    /// Whether there is something by which the master key is known.
    package func hasKeyCheck() throws(MusterError) -> Bool {
        try row("SELECT id FROM key_check WHERE id = 1", []) { _ in true } ?? false
    }
}
