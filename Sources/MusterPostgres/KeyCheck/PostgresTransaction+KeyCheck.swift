public import MusterCore
import MusterSQL

extension PostgresTransaction {
    /// What the box of the table `key_check` holds, and is bound to.
    private static let known = (text: Array("muster".utf8), context: "key check")

    /// Whether the master key is the one that has sealed what is in the directory; nil if nothing is.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func keyFits() throws(MusterError) -> Bool? {
        var fits: Bool?
        if let box = try row("SELECT box FROM key_check WHERE id = 1", [], { $0.bytes(0) }) {
            let (text, context) = PostgresTransaction.known
            guard (try? sealer.open(box, context: context)) == text else { return false }
            fits = true
        }
        let sealed = try row(
            "SELECT id, phone_sealed FROM \"user\" WHERE phone_sealed IS NOT NULL LIMIT 1",
            []
        ) { (UserID(rawValue: $0[0]), $0[1] as [UInt8]?) }
        if let (user, box) = sealed {
            guard (try? openPhone(box, of: user)) != nil else { return false }
            fits = true
        }
        return fits
    }

    /// Records the present master key as the directory's.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func recordKey() throws(MusterError) {
        let (text, context) = PostgresTransaction.known
        try run(
            """
            INSERT INTO key_check (id, box)
            VALUES (1, ?)
            ON CONFLICT (id) DO UPDATE
            SET box = excluded.box
            """,
            [sealer.seal(text, context: context)]
        )
    }

    /// Whether there is something by which the master key is known.
    func hasKeyCheck() throws(MusterError) -> Bool {
        try row("SELECT id FROM key_check WHERE id = 1", []) { $0[0] as Int } != nil
    }
}

extension PostgresStore {
    /// Whether the master key is the directory's, without writing anything down; nil if nothing tells.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func lookAtKey() async throws(MusterError) -> Bool? {
        try await read(.bounded) { reader throws(MusterError) in
            try (reader as? PostgresTransaction)?.keyFits()
        }
    }

    /// Whether the master key is the directory's.
    ///
    /// Where nothing tells, the one that is asked about first is it from then on.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func keyFits() async throws(MusterError) -> Bool {
        try await write { transaction throws(MusterError) in
            guard let transaction = transaction as? PostgresTransaction else { return false }
            guard try transaction.keyFits() != false else { return false }
            if try !transaction.hasKeyCheck() { try transaction.recordKey() }
            return true
        }
    }
}
