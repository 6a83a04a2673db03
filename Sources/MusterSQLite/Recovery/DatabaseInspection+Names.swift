public import MusterCore
import MusterSQL

extension DatabaseInspection {
    /// Login names of which programs that ask LDAP make something else.
    public enum UncommonNames: Sendable {
        /// With a sign that account names have nowhere else.
        case withSigns
        /// With an `@`, and yet not the user's address.
        case besideAddress

        fileprivate var condition: StatementText {
            switch self {
            case .withSigns: "username GLOB '*[+=]*'"
            case .besideAddress:
                "username LIKE '%@%' AND email IS NOT NULL AND email <> username COLLATE NOCASE"
            }
        }
    }

    /// Some of those login names, and how many there are.
    ///
    /// - Parameters:
    ///   - kind: Which.
    ///   - limit: The most names.
    /// - Returns: The names, and how many there are without the limit.
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func uncommonNames(
        _ kind: UncommonNames,
        limit: Int
    ) throws(MusterError) -> (names: [String], count: Int) {
        try read { transaction throws(MusterError) in
            let names: [String] = try transaction.rows(
                """
                SELECT username
                FROM user
                WHERE \(kind.condition)
                ORDER BY id
                LIMIT ?
                """,
                [limit]
            ) { $0[0] }
            guard names.count == limit else { return (names, names.count) }
            let counts: [Int] = try transaction.rows(
                "SELECT count(*) FROM user WHERE \(kind.condition)",
                []
            ) { $0[0] }
            return (names, counts.first ?? names.count)
        }
    }
}
