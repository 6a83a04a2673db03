import FoundationEssentials
import MusterCore
import MusterSQL

extension SQLiteTransaction {
    /// A user's columns, and after them those of its person, which are NULL where nobody has said anything of it.
    private static let personal: StatementText = """
        SELECT \(UserRow.columns), p.document, p.external_id
        FROM user AS u LEFT JOIN person AS p ON p.user_id = u.id
        """
    private static let personalByID: StatementText = "\(personal) WHERE u.id = ?"
    private static let personalByUUID: StatementText = "\(personal) WHERE u.uuid = ?"
    private static let personalByUsername: StatementText = "\(personal) WHERE u.username = ?"

    func personalAccount(
        _ reference: UserReference,
        withKeys readsKeys: Bool
    ) throws(MusterError) -> PersonalAccount? {
        guard var account = try personalAccount(reference) else { return nil }
        if account.person != nil {
            account.person?.otherAddresses = try otherAddresses(of: account.user.id)
        }
        if !account.user.groups.isEmpty { account.groups = try groups(account.user.groups) }
        if readsKeys { account.keys = try sshKeys(of: account.user.id) }
        return account
    }

    private func personalAccount(
        _ reference: UserReference
    ) throws(MusterError) -> PersonalAccount? {
        switch reference {
        case .id(let id):
            try row(Self.personalByID, of: id.rawValue, decodePersonalAccount)
        case .uuid(let uuid):
            try row(Self.personalByUUID, of: uuid, decodePersonalAccount)
        case .username(let name):
            // As where users are read: what is no login name could name somebody.
            (try? Username(name)) == nil
                ? nil : try row(Self.personalByUsername, of: name, decodePersonalAccount)
        }
    }

    private func decodePersonalAccount(_ row: SQLiteRow) throws -> PersonalAccount {
        let document: String? = row[UserRow.count]
        return PersonalAccount(
            user: try decodeUser(row),
            person: document.map { Person(externalID: row[UserRow.count + 1], document: $0) }
        )
    }
}
