import FoundationEssentials
import MusterCore
import MusterSQL

extension SQLiteTransaction {
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
                ORDER BY g.name COLLATE BINARY = ? DESC, g.id LIMIT 1
                """,
                [GroupLook(name).stored, name],
                Self.decodeGroup
            )
        }
    }

    func groups(_ uuids: [UUID]) throws(MusterError) -> [Group] {
        var found: [Group] = []
        for uuid in uuids {
            if let group = try group(.uuid(uuid)) { found.append(group) }
        }
        return found
    }

    func candidates(
        _ uuids: [UUID],
        of group: GroupID
    ) throws(MusterError) -> [(user: GroupMember, isMember: Bool)] {
        var found: [(user: GroupMember, isMember: Bool)] = []
        for uuid in uuids {
            let one = try row(
                "SELECT \(GroupMemberRow.candidateColumns) FROM user AS u WHERE u.uuid = ?",
                [group.rawValue, uuid],
                Self.decodeCandidate
            )
            if let one { found.append(one) }
        }
        return found
    }

    func candidates(
        named usernames: [Username],
        of group: GroupID
    ) throws(MusterError) -> [(user: GroupMember, isMember: Bool)] {
        var found: [(user: GroupMember, isMember: Bool)] = []
        for username in usernames {
            let one = try row(
                "SELECT \(GroupMemberRow.candidateColumns) FROM user AS u WHERE u.username = ?",
                [group.rawValue, username.text],
                Self.decodeCandidate
            )
            if let one { found.append(one) }
        }
        return found
    }

    func insertGroup(
        uuid: UUID,
        name: String,
        isManagedBySAML: Bool?,
        externalID: String?,
        at now: Timestamp
    ) throws(MusterError) -> Group {
        let id: Int64? = try row(
            """
            INSERT INTO user_group
                (uuid, name, managed_by_saml, look, external_id, created_at, changed_at)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (name) DO NOTHING
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
            "SELECT id FROM user_group WHERE name = ?",
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
        for group in groups {
            try run(
                "UPDATE user_group SET changed_at = ? WHERE id = ?",
                [group.changedAt.rawValue, group.id.rawValue]
            )
        }
    }
}
