import FoundationEssentials
import MusterCore
import MusterSQL

extension PostgresTransaction {
    private static let columns: StatementText = """
        g.id, g.uuid, g.name, g.managed_by_saml, g.member_count,
        g.external_id, g.created_at, g.changed_at
        """

    func group(_ reference: GroupReference) throws(MusterError) -> Group? {
        switch reference {
        case .id(let id):
            try row(
                "SELECT \(Self.columns) FROM user_group AS g WHERE g.id = ?",
                [id.rawValue],
                decodeGroup
            )
        case .uuid(let uuid):
            try row(
                "SELECT \(Self.columns) FROM user_group AS g WHERE g.uuid = ?",
                [uuid],
                decodeGroup
            )
        case .name(let name):
            try row(
                """
                SELECT \(Self.columns) FROM user_group AS g WHERE g.look = ?
                ORDER BY g.name = ? DESC, g.id LIMIT 1
                """,
                [GroupLook(name).stored, name],
                decodeGroup
            )
        }
    }

    func groups(_ uuids: [UUID]) throws(MusterError) -> [Group] {
        let found = try rows(
            "SELECT \(Self.columns) FROM user_group AS g WHERE g.uuid = ANY (?::uuid[])",
            [PostgresArray(uuids)],
            decodeGroup
        )
        return uuids.compactMap { uuid in found.first { $0.uuid == uuid } }
    }

    func groups() throws(MusterError) -> [Group] {
        try rows("SELECT \(Self.columns) FROM user_group AS g ORDER BY g.id", [], decodeGroup)
    }

    func hasGroup(lookingLike name: String, besides own: GroupID?) throws(MusterError) -> Bool {
        let other: Int64? = try row(
            "SELECT id FROM user_group WHERE look = ? AND id IS DISTINCT FROM ? LIMIT 1",
            [GroupLook(name).stored, own?.rawValue]
        ) { $0[0] }
        return other != nil
    }

    func insertGroup(
        uuid: UUID,
        name: String,
        isManagedBySAML: Bool?,
        externalID: String?,
        at now: Timestamp
    ) throws(MusterError) -> Group {
        let id: Int64? = try written(
            """
            INSERT INTO user_group
                (uuid, name, managed_by_saml, look, external_id, created_at, changed_at)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (lower(name)) DO NOTHING
            RETURNING id
            """,
            [
                uuid, name, isManagedBySAML, GroupLook(name).stored, externalID, now.rawValue,
                now.rawValue,
            ]
        ) { $0[0] }
        guard let id else { throw PostgresTransaction.duplicateGroup }
        return Group(
            id: GroupID(rawValue: id),
            uuid: uuid,
            name: name,
            isManagedBySAML: isManagedBySAML,
            userCount: 0,
            externalID: externalID,
            createdAt: now,
            changedAt: now
        )
    }

    func memberUUIDs(of group: GroupID) throws(MusterError) -> [UUID] {
        try rows(
            """
            SELECT u.uuid
            FROM group_member AS m
            JOIN "user" AS u ON u.id = m.user_id
            WHERE m.group_id = ?
            ORDER BY m.user_id
            """,
            [group.rawValue]
        ) { $0[0] }
    }

    func updateGroup(_ group: Group) throws(MusterError) {
        let owner: Int64? = try row(
            "SELECT id FROM user_group WHERE lower(name) = lower(? COLLATE \"C\")",
            [group.name]
        ) { $0[0] }
        guard owner == nil || owner == group.id.rawValue else {
            throw PostgresTransaction.duplicateGroup
        }
        try run(
            """
            UPDATE user_group
            SET name = ?, managed_by_saml = ?, look = ?, external_id = ?, changed_at = ?
            WHERE id = ?
            """,
            [
                group.name, group.isManagedBySAML, GroupLook(group.name).stored, group.externalID,
                group.changedAt.rawValue, group.id.rawValue,
            ]
        )
    }

    func deleteGroup(_ id: GroupID) throws(MusterError) {
        try run("DELETE FROM user_group WHERE id = ?", [id.rawValue])
    }

    func addMember(_ user: UserID, to group: GroupID) throws(MusterError) -> Bool {
        try change(
            """
            INSERT INTO group_member (group_id, user_id)
            VALUES (?, ?)
            ON CONFLICT DO NOTHING
            """,
            [group.rawValue, user.rawValue]
        ) > 0
    }

    func removeMember(_ user: UserID, from group: GroupID) throws(MusterError) -> Bool {
        try change(
            "DELETE FROM group_member WHERE group_id = ? AND user_id = ?",
            [group.rawValue, user.rawValue]
        ) > 0
    }

    private func decodeGroup(_ row: PostgresRow) throws -> Group {
        Group(
            id: GroupID(rawValue: row[0]),
            uuid: row[1],
            name: row[2],
            isManagedBySAML: row[3],
            userCount: row[4],
            externalID: row[5],
            createdAt: Timestamp(rawValue: row[6]),
            changedAt: Timestamp(rawValue: row[7])
        )
    }

    private static var duplicateGroup: MusterError {
        MusterError(.groupAlreadyExists, "Duplicate Group name")
    }
}
