/// Where a page of sessions ends, so that the next one begins after it, whatever has begun or ended meanwhile.
///
/// It has no secret: a session is named as in every list.
public struct SessionPosition: Sendable {
    private let createdAt: Timestamp
    private let id: SessionID

    /// The position after a session.
    public init(_ session: Session) {
        createdAt = session.createdAt
        id = SessionID(session.digest)
    }

    /// Reads what ``text`` has written; nil if the text is something else.
    public init?(_ text: String) {
        guard text.utf8.count <= 40 else { return nil }
        let parts = text.utf8.split(
            separator: UInt8(ascii: "-"),
            omittingEmptySubsequences: false
        )
        guard parts.count == 2, let time = Int64(String(Substring(parts[0]))),
            let id = SessionID(String(Substring(parts[1])))
        else { return nil }
        createdAt = Timestamp(rawValue: time)
        self.id = id
    }

    /// The moment in milliseconds since 1970, a hyphen, and the name of the session.
    public var text: String { "\(createdAt.rawValue)-\(id.text)" }

    /// A session behind which the store goes on; of those that began at the same moment it is the last with its name.
    var last: Session {
        let rest = [UInt8](repeating: 0xFF, count: Digest.byteCount - SessionID.byteCount)
        return Session(
            digest: Digest(id.bytes + rest),
            user: UserID(rawValue: 0),
            createdAt: createdAt,
            lastSeenAt: createdAt,
            address: nil
        )
    }
}

extension SessionService {
    /// At most `limit` of everybody's sessions after a position, for administrators.
    ///
    /// - Throws: ``MusterError`` with code `credentials.invalid`, `access.insufficient_scope`,
    ///   `password.change_required` or `store.unavailable`.
    public func everybodys(
        after position: SessionPosition,
        limit: Int,
        by principal: Principal
    ) async throws(MusterError) -> [OwnedSession] {
        try principal.requireAdministrator()
        let query = SessionQuery(limit: limit, after: position.last)
        return try await access.look(by: principal) { caller, reader throws(MusterError) in
            try SessionService.read(query, for: caller, in: reader)
        }.map(seen)
    }
}
