import FoundationEssentials
import MusterCore
import MusterSQL

extension PostgresTransaction {
    func group(_ reference: GroupReference) throws(MusterError) -> Group? {
        switch reference {
        case .id(let id):
            try row(
                "SELECT \(GroupRow.columns) FROM user_group AS g WHERE g.id = ?",
                [id.rawValue],
                Self.decodeGroup
            )
        case .uuid(let uuid):
            try row(
                "SELECT \(GroupRow.columns) FROM user_group AS g WHERE g.uuid = ?",
                [uuid],
                Self.decodeGroup
            )
        case .name(let name):
            try row(
                """
                SELECT \(GroupRow.columns) FROM user_group AS g WHERE g.look = ?
                ORDER BY g.name = ? DESC, g.id LIMIT 1
                """,
                [GroupLook(name).stored, name],
                Self.decodeGroup
            )
        }
    }

    func groups(_ uuids: [UUID]) throws(MusterError) -> [Group] {
        let found = try rows(
            "SELECT \(GroupRow.columns) FROM user_group AS g WHERE g.uuid = ANY (?::uuid[])",
            [PostgresArray(uuids)],
            Self.decodeGroup
        )
        let byUUID = Dictionary(found.map { ($0.uuid, $0) }) { first, _ in first }
        return uuids.compactMap { byUUID[$0] }
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
        guard let id else { throw MusterError.duplicateGroup }
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

    func updateGroup(_ group: Group) throws(MusterError) {
        let owner: Int64? = try row(
            "SELECT id FROM user_group WHERE lower(name) = lower(? COLLATE \"C\")",
            [group.name]
        ) { $0[0] }
        guard owner == nil || owner == group.id.rawValue else {
            throw MusterError.duplicateGroup
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

    func setChangeTimes(of groups: [Group]) throws(MusterError) {
        try Self.inParts(groups) { groups throws(MusterError) in
            try run(
                """
                UPDATE user_group AS g
                SET changed_at = changed.at
                FROM unnest(?::bigint[], ?::bigint[]) AS changed (id, at)
                WHERE g.id = changed.id
                """,
                [
                    PostgresArray(groups.map(\.id.rawValue)),
                    PostgresArray(groups.map(\.changedAt.rawValue)),
                ]
            )
        }
    }
}
