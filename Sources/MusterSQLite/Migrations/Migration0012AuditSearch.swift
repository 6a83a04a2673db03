import MusterSQL

extension Migration {
    /// Indexes by which the audit log is found by who, to whom and what, and how far events came late.
    static let auditSearch = Migration(
        number: 12,
        name: "audit search",
        sql: """
            -- Milliseconds by which an event is older than one that stands before it; NULL for nearly all.
            ALTER TABLE audit_event ADD COLUMN late_by INTEGER;

            UPDATE audit_event SET late_by = late.late_by
            FROM (
                SELECT id, latest - at AS late_by
                FROM (SELECT id, at, max(at) OVER (ORDER BY id) AS latest FROM audit_event)
                WHERE at < latest
            ) AS late
            WHERE audit_event.id = late.id;

            -- How many numbers no event has behind one: a restore goes on from the greatest that was ever given.
            CREATE TABLE audit_gap (
                last_id INTEGER PRIMARY KEY,
                missing INTEGER NOT NULL CHECK (missing > 0)
            ) STRICT;

            INSERT INTO audit_gap (last_id, missing)
            SELECT id, following - id - 1
            FROM (SELECT id, lead(id) OVER (ORDER BY id) AS following FROM audit_event)
            WHERE following > id + 1;

            INSERT INTO audit_gap (last_id, missing)
            SELECT last.id, s.seq - last.id
            FROM sqlite_sequence AS s, (SELECT max(id) AS id FROM audit_event) AS last
            WHERE s.name = 'audit_event' AND s.seq > last.id;

            DROP INDEX audit_event_by_time;
            CREATE INDEX audit_event_by_time ON audit_event (at, late_by);
            CREATE INDEX audit_event_late ON audit_event (at) WHERE late_by IS NOT NULL;
            CREATE INDEX audit_event_lateness ON audit_event (late_by) WHERE late_by IS NOT NULL;

            CREATE INDEX audit_event_by_action ON audit_event (action, id);
            CREATE INDEX audit_event_by_actor ON audit_event (actor_uuid, id);
            CREATE INDEX audit_event_by_actor_name ON audit_event (actor_name COLLATE NOCASE, id)
                WHERE actor_kind = 'User';
            CREATE INDEX audit_event_by_target_name ON audit_event (target_name COLLATE NOCASE, id)
                WHERE target_kind = 'User';
            """
    )
}
