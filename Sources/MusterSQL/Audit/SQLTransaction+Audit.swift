package import MusterCore

extension SQLTransaction {
    /// Reads an event from a row of the columns in which it is written down.
    package static func decodeEvent(_ row: Row) -> AuditEvent {
        AuditEvent(
            id: row[0],
            at: Timestamp(rawValue: row[1]),
            action: AuditAction(rawValue: row[2]),
            isFailure: row[3],
            actor: party(row, at: 4),
            impersonated: party(row, at: 7),
            address: row[10],
            requestID: row[11],
            target: party(row, at: 12),
            fields: AuditFieldText.decode(row[15])
        )
    }

    private static func party(_ row: Row, at index: Int) -> AuditParty? {
        guard let kind = (row[index] as String?).flatMap(AuditParty.Kind.init) else { return nil }
        return AuditParty(
            kind: kind,
            uuid: row.uuid(index + 1),
            name: row[index + 2] ?? ""
        )
    }
}
