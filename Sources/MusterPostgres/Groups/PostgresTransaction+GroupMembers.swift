import FoundationEssentials
import MusterCore
import MusterSQL

extension PostgresTransaction {
    func candidates(
        _ uuids: [UUID],
        of group: GroupID
    ) throws(MusterError) -> [(user: GroupMember, isMember: Bool)] {
        try rows(
            "SELECT \(GroupMemberRow.candidateColumns) FROM \"user\" AS u WHERE u.uuid = ANY (?::uuid[])",
            [group.rawValue, PostgresArray(uuids)],
            Self.decodeCandidate
        )
    }

    func candidates(
        named usernames: [Username],
        of group: GroupID
    ) throws(MusterError) -> [(user: GroupMember, isMember: Bool)] {
        try rows(
            """
            SELECT \(GroupMemberRow.candidateColumns)
            FROM unnest(?::text[]) AS wanted (username)
            JOIN "user" AS u ON lower(u.username) = lower(wanted.username COLLATE "C")
            """,
            [group.rawValue, PostgresArray(usernames.map(\.text))],
            Self.decodeCandidate
        )
    }

    func setMembers(
        _ users: [UserID],
        of group: GroupID,
        isMember: Bool
    ) throws(MusterError) {
        try run(
            isMember
                ? """
                INSERT INTO group_member (group_id, user_id)
                SELECT ?::bigint, unnest(?::bigint[])
                ON CONFLICT DO NOTHING
                """
                : "DELETE FROM group_member WHERE group_id = ? AND user_id = ANY (?::bigint[])",
            [group.rawValue, PostgresArray(users.map(\.rawValue))]
        )
    }
}
