package import MusterCore

extension SQLTransaction {
    package func sentCodes(
        _ filter: SentCodeFilter,
        after start: Timestamp,
        upTo end: Timestamp,
        limit: Int
    ) throws(MusterError) -> [SentCode] {
        let condition: StatementText
        let argument: any SQLArgument
        switch filter {
        case .recipient(let recipient): (condition, argument) = ("recipient = ?", recipient)
        case .user(let user): (condition, argument) = ("user_id = ?", user.rawValue)
        case .channel(let channel): (condition, argument) = ("channel = ?", channel.rawValue)
        }
        return try rows(
            """
            SELECT at, user_id, channel, recipient
            FROM sent_code
            WHERE \(condition) AND at > ? AND at <= ?
            ORDER BY at DESC, id DESC
            LIMIT ?
            """,
            [argument, start.rawValue, end.rawValue, limit]
        ) { row in
            SentCode(
                at: Timestamp(rawValue: row[0]),
                user: UserID(rawValue: row[1]),
                channel: CodeMessage.Channel(rawValue: row[2]) ?? .sms,
                recipient: row.bytes(3)
            )
        }
    }

    package func noteSentCode(_ code: SentCode) throws(MusterError) {
        try run(
            "INSERT INTO sent_code (at, user_id, channel, recipient) VALUES (?, ?, ?, ?)",
            [code.at.rawValue, code.user.rawValue, code.channel.rawValue, code.recipient]
        )
    }

    package func forgetSentCode(_ code: SentCode) throws(MusterError) {
        try run(
            "DELETE FROM sent_code WHERE user_id = ? AND at = ? AND recipient = ?",
            [code.user.rawValue, code.at.rawValue, code.recipient]
        )
    }

    package func forgetSentCodes(before limit: Timestamp) throws(MusterError) {
        try run("DELETE FROM sent_code WHERE at < ?", [limit.rawValue])
    }
}
