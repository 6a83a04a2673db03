package import FoundationEssentials
package import MusterCore

/// What is selected of a group.
package enum GroupRow {
    /// The columns, of a group `g`, in the order in which ``SQLTransaction/decodeGroup(_:)`` finds them.
    package static let columns: StatementText = """
        g.id, g.uuid, g.name, g.managed_by_saml, g.member_count,
        g.external_id, g.created_at, g.changed_at
        """
}

/// What is selected of a user who is in a group, or comes into it.
package enum GroupMemberRow {
    /// The columns, of a user `u`, in the order in which ``SQLTransaction/decodeMember(_:)`` finds them.
    package static let columns: StatementText =
        "u.id, u.uuid, u.username, u.role, u.read_mask, u.write_mask, u.liveview_mask"

    /// Those, and whether the user is in the group whose number is the argument, as ``SQLTransaction/decodeCandidate(_:)``
    /// finds them.
    package static let candidateColumns: StatementText = """
        \(columns), EXISTS (
            SELECT 1 FROM group_member AS m WHERE m.group_id = ? AND m.user_id = u.id
        )
        """
}

extension SQLTransaction {
    package func groups() throws(MusterError) -> [Group] {
        try rows(
            "SELECT \(GroupRow.columns) FROM user_group AS g ORDER BY g.id",
            [],
            Self.decodeGroup
        )
    }

    package func groups(
        beginningWith text: String,
        limit: Int
    ) throws(MusterError) -> [Group] {
        // Looks are compared by their bytes: "!" comes right after the blank.
        let look = GroupLook(text).stored
        return try rows(
            """
            SELECT \(GroupRow.columns)
            FROM user_group AS g
            WHERE g.look >= ? AND g.look < ?
            ORDER BY g.look, g.id
            LIMIT ?
            """,
            [look + " ", look + "!", limit],
            Self.decodeGroup
        )
    }

    package func hasGroup(
        lookingLike name: String,
        besides own: GroupID?
    ) throws(MusterError) -> Bool {
        let other: Int64? = try row(
            "SELECT id FROM user_group WHERE look = ? AND id IS DISTINCT FROM ? LIMIT 1",
            [GroupLook(name).stored, own?.rawValue]
        ) { $0[0] }
        return other != nil
    }

    package func memberUUIDs(of group: GroupID) throws(MusterError) -> [UUID] {
        try rows(
            """
            SELECT u.uuid
            FROM group_member AS m
            JOIN "user" AS u ON u.id = m.user_id
            WHERE m.group_id = ?
            ORDER BY m.user_id
            """,
            [group.rawValue]
        ) { row in
            guard let uuid = row.uuid(0) else {
                throw MusterError(.storeUnavailable, "A member cannot be read.")
            }
            return uuid
        }
    }

    package func members(
        of group: GroupID,
        after: UserID?,
        limit: Int
    ) throws(MusterError) -> [GroupMember] {
        try rows(
            """
            SELECT \(GroupMemberRow.columns)
            FROM group_member AS m
            JOIN "user" AS u ON u.id = m.user_id
            WHERE m.group_id = ? AND m.user_id > ?
            ORDER BY m.user_id
            LIMIT ?
            """,
            [group.rawValue, after?.rawValue ?? 0, limit],
            Self.decodeMember
        )
    }

    /// Reads a member from a row of ``GroupMemberRow/columns``.
    package static func decodeMember(_ row: Row) throws -> GroupMember {
        guard let uuid = row.uuid(1), let role = Role(rawValue: row[3]) else {
            throw MusterError(.storeUnavailable, "A member cannot be read.")
        }
        return GroupMember(
            id: UserID(rawValue: row[0]),
            uuid: uuid,
            username: Username(stored: row[2]),
            role: role,
            masks: Masks(read: row[4], write: row[5], liveview: row[6])
        )
    }

    /// Reads a user, and whether it is a member, from a row of ``GroupMemberRow/candidateColumns``.
    package static func decodeCandidate(
        _ row: Row
    ) throws -> (user: GroupMember, isMember: Bool) {
        (try decodeMember(row), row[7])
    }

    package func removeMembers(
        _ users: ClosedRange<UserID>,
        from group: GroupID
    ) throws(MusterError) {
        try run(
            "DELETE FROM group_member WHERE group_id = ? AND user_id BETWEEN ? AND ?",
            [group.rawValue, users.lowerBound.rawValue, users.upperBound.rawValue]
        )
    }

    package func deleteGroup(_ id: GroupID) throws(MusterError) {
        try run("DELETE FROM user_group WHERE id = ?", [id.rawValue])
    }

    package func addMember(_ user: UserID, to group: GroupID) throws(MusterError) -> Bool {
        try change(
            """
            INSERT INTO group_member (group_id, user_id)
            VALUES (?, ?)
            ON CONFLICT DO NOTHING
            """,
            [group.rawValue, user.rawValue]
        ) > 0
    }

    package func removeMember(_ user: UserID, from group: GroupID) throws(MusterError) -> Bool {
        try change(
            "DELETE FROM group_member WHERE group_id = ? AND user_id = ?",
            [group.rawValue, user.rawValue]
        ) > 0
    }

    /// Reads a group from a row of ``GroupRow/columns``.
    package static func decodeGroup(_ row: Row) throws -> Group {
        guard let uuid = row.uuid(1) else {
            throw MusterError(.storeUnavailable, "A group cannot be read.")
        }
        return Group(
            id: GroupID(rawValue: row[0]),
            uuid: uuid,
            name: row[2],
            isManagedBySAML: row[3],
            userCount: row[4],
            externalID: row[5],
            createdAt: Timestamp(rawValue: row[6]),
            changedAt: Timestamp(rawValue: row[7])
        )
    }
}

extension MusterError {
    /// That a group of this name is there.
    package static var duplicateGroup: MusterError {
        MusterError(.groupAlreadyExists, "Duplicate Group name")
    }
}
