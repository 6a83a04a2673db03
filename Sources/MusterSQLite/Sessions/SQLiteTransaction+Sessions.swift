import Foundation
import GRDB
import MusterCore

extension SQLiteTransaction {
    func session(_ digest: Digest) throws(MusterError) -> Session? {
        try row(
            """
            SELECT user_id, created_at, last_seen_at, address
            FROM session
            WHERE token_digest = ?
            """,
            [Data(digest.bytes)]
        ) { row in
            Session(
                digest: digest,
                user: UserID(rawValue: row[0]),
                createdAt: Timestamp(rawValue: row[1]),
                lastSeenAt: Timestamp(rawValue: row[2]),
                address: (row[3] as String?).flatMap { IPAddress($0) }
            )
        }
    }

    func insertSession(_ session: Session) throws(MusterError) {
        try run(
            """
            INSERT INTO session (token_digest, user_id, created_at, last_seen_at, address)
            VALUES (?, ?, ?, ?, ?)
            """,
            [
                Data(session.digest.bytes), session.user.rawValue, session.createdAt.rawValue,
                session.lastSeenAt.rawValue, session.address?.description,
            ]
        )
    }

    func deleteSession(_ digest: Digest) throws(MusterError) {
        try run("DELETE FROM session WHERE token_digest = ?", [Data(digest.bytes)])
    }

    func deleteSessions(of user: UserID, except digest: Digest?) throws(MusterError) {
        try run(
            "DELETE FROM session WHERE user_id = ? AND token_digest IS NOT ?",
            [user.rawValue, digest.map { Data($0.bytes) }]
        )
    }

    func noteSessionUse(_ uses: [(digest: Digest, at: Timestamp)]) throws(MusterError) {
        for use in uses {
            try run(
                "UPDATE session SET last_seen_at = max(last_seen_at, ?) WHERE token_digest = ?",
                [use.at.rawValue, Data(use.digest.bytes)]
            )
        }
    }

    func deleteExpiredSessions(begunBefore limit: Timestamp, now: Timestamp) throws(MusterError) {
        try run(
            """
            DELETE FROM session
            WHERE created_at < ?1
               OR last_seen_at < ?2 - 1000 * (
                    SELECT CASE u.inactivity_timeout_s WHEN 0 THEN NULL
                           ELSE u.inactivity_timeout_s END
                    FROM user AS u
                    WHERE u.id = session.user_id
                  )
            """,
            [limit.rawValue, now.rawValue]
        )
    }
}
