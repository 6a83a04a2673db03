import FoundationEssentials
public import MusterCore
import MusterSQL
import SystemCalls

/// How far a directory has counted.
///
/// A backup that takes its place goes on from there, so that no number is ever given twice.
public struct DirectoryCounters: Sendable {
    let revision: Int64
    let sequences: [String: Int64]
}

extension DatabaseInspection {
    /// How far the directory has counted.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func counters() throws(MusterError) -> DirectoryCounters {
        try read { transaction throws(MusterError) in
            let sequences = try transaction.rows("SELECT name, seq FROM sqlite_sequence", []) {
                ($0[0] as String, $0[1] as Int64)
            }
            return DirectoryCounters(
                revision: try transaction.revision(),
                sequences: Dictionary(sequences) { max($0, $1) }
            )
        }
    }
}

/// Makes a directory that was read from a backup fit to be served.
public enum DatabaseRestoration {
    /// Brings the schema up to date, and makes one change of everything that has to be different.
    ///
    /// All sessions end, since some of them were ended after the backup was made. Verification codes, and apps that wait to be
    /// confirmed, are forgotten. Without the master key the phone numbers and the secrets of authenticator apps are forgotten too, and
    /// users who had those have to set up a second factor.
    ///
    /// - Parameters:
    ///   - path: The database; nobody else may be using it.
    ///   - sealer: Seals with the master key that goes with it from now on.
    ///   - digester: Computes digests.
    ///   - forgetsSealed: Whether that is another master key than before.
    ///   - counters: How far the directory had counted whose place it takes.
    ///   - event: The event that says so.
    /// - Throws: ``MusterError`` with code `store.too_new` or `store.unavailable`.
    public static func settle(
        _ path: String,
        sealer: any Sealer,
        digester: any Digester,
        forgetsSealed: Bool,
        after counters: DirectoryCounters?,
        event: AuditEvent
    ) throws(MusterError) {
        try translating {
            let handle = try SQLiteHandle(writing: path)
            try Migrator(digester: digester).migrate(handle)
            try handle.inTransaction {
                let transaction = SQLiteTransaction(handle, sealer: sealer)
                try transaction.endAllSessions(at: event.at)
                try transaction.run("DELETE FROM verification_code", [])
                try transaction.run("DELETE FROM ceremony", [])
                try transaction.run("DELETE FROM factor WHERE tries_left IS NOT NULL", [])
                if forgetsSealed {
                    try transaction.forgetPhones()
                    try transaction.forgetApps()
                }
                try transaction.recordKey()
                if let counters { try transaction.countOn(from: counters) }
                try transaction.growRevision()
                try transaction.appendAuditEvent(event)
            }
            try handle.close()
        }
    }
}

extension SQLiteTransaction {
    fileprivate func endAllSessions(at now: Timestamp) throws(MusterError) {
        try run(
            """
            INSERT INTO ended_session (token_digest, reason, ended_at, user_id)
            SELECT token_digest, ?, ?, user_id
            FROM session
            WHERE true
            ON CONFLICT (token_digest) DO NOTHING
            """,
            [SessionEnd.directoryRestored.rawValue, now.rawValue]
        )
        try run("DELETE FROM session", [])
    }

    fileprivate func forgetPhones() throws(MusterError) {
        try run(
            """
            UPDATE user
            SET second_factor_required = second_factor_required OR sms_enabled,
                phone_sealed = NULL,
                phone_verified = 0,
                sms_enabled = 0
            WHERE phone_sealed IS NOT NULL
            """,
            []
        )
    }

    /// Forgets the apps whose secrets cannot be opened any more; their owners have to set up a factor again.
    fileprivate func forgetApps() throws(MusterError) {
        try run(
            """
            UPDATE user
            SET second_factor_required = 1
            WHERE id IN (
                SELECT user_id FROM factor WHERE secret_sealed IS NOT NULL AND tries_left IS NULL
            )
            """,
            []
        )
        try run("DELETE FROM factor WHERE secret_sealed IS NOT NULL", [])
    }

    fileprivate func countOn(from counters: DirectoryCounters) throws(MusterError) {
        try run(
            "UPDATE directory SET revision = max(revision, ?) WHERE id = 1",
            [counters.revision]
        )
        for (name, number) in counters.sequences {
            try run(
                """
                INSERT INTO sqlite_sequence (name, seq)
                SELECT ?1, 0
                WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = ?1)
                """,
                [name]
            )
            // The numbers that are passed over are nobody's.
            try run(
                """
                INSERT INTO audit_gap (last_id, missing)
                SELECT seq, ?1 - seq
                FROM sqlite_sequence
                WHERE name = ?2 AND name = 'audit_event' AND seq < ?1
                ON CONFLICT (last_id) DO UPDATE SET missing = missing + excluded.missing
                """,
                [number, name]
            )
            try run("UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?", [number, name])
        }
    }
}
