import MusterCore
import MusterSQL

extension PostgresTransaction {
    private static let keysOfMany: StatementText = """
        SELECT type, blob, fingerprint, added_at, user_id
        FROM ssh_key
        WHERE user_id = ANY (?::bigint[])
        ORDER BY user_id, id
        """

    private static let passwordsOfMany: StatementText = """
        SELECT hash, is_temporary, changed_at, user_id
        FROM password
        WHERE user_id = ANY (?::bigint[])
        """

    func belongings(
        of users: [UserID],
        withPasswords: Bool
    ) throws(MusterError) -> [UserID: UserBelongings] {
        let ids: [(any SQLArgument)?] = [PostgresArray(users.map(\.rawValue))]
        let texts = [Self.keysOfMany, Self.personsOfMany, Self.addressesOfMany]
        var found: [UserID: UserBelongings] = [:]
        try together(
            (texts + (withPasswords ? [Self.passwordsOfMany] : [])).map { ($0, ids) }
        ) { place, row in
            switch place {
            case 0:
                let key = try Self.decodeKey(row)
                found[UserID(rawValue: row[4]), default: UserBelongings()].keys.append(key)
            case 1:
                found[UserID(rawValue: row[0]), default: UserBelongings()].person =
                    Self.decodePerson(row)
            case 2:
                found[UserID(rawValue: row[0])]?.person?.otherAddresses.append(row[1])
            default:
                found[UserID(rawValue: row[3]), default: UserBelongings()].password =
                    Self.decodePassword(row)
            }
        }
        return found
    }
}
