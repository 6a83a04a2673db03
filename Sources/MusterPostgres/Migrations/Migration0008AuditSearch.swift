import MusterSQL

extension Migration {
    /// Indexes of the audit log by action, by actor and by the login names that it has kept.
    static let auditSearch = Migration(
        number: 8,
        name: "audit search",
        sql: """
            CREATE INDEX audit_event_by_action ON audit_event (action, id);
            CREATE INDEX audit_event_by_actor ON audit_event (actor_uuid, id);
            CREATE INDEX audit_event_by_actor_name ON audit_event (lower(actor_name), id)
                WHERE actor_kind = 'User';
            CREATE INDEX audit_event_by_target_name ON audit_event (lower(target_name), id)
                WHERE target_kind = 'User';
            """
    )
}
