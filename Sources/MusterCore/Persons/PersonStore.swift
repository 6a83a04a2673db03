/// By what users are found who may be several.
public enum PersonKey: Sendable, Equatable {
    /// The identifier that another system gave, exactly.
    case externalID(String)
    /// An address for mail, the user's own or another, without regard to ASCII case.
    case address(String)
    /// The name that is shown, without regard to ASCII case.
    case name(String)
}

/// Reads persons.
///
/// Every method throws ``MusterError`` with code `store.unavailable`.
public protocol PersonReader {
    /// The person; nil if nothing was said of the user.
    func person(of user: UserID) throws(MusterError) -> Person?

    /// The persons of some users; those of whom nothing was said are left out.
    func persons(of users: [UserID]) throws(MusterError) -> [UserID: Person]

    /// A user with its person and groups, and with its public keys where that is asked; nil if there is none.
    ///
    /// A store that can reads them together.
    func personalAccount(
        _ reference: UserReference,
        withKeys readsKeys: Bool
    ) throws(MusterError) -> PersonalAccount?

    /// The first users of a key, in order of their number, so many at most; found by an index.
    func users(of key: PersonKey, limit: Int) throws(MusterError) -> [UserID]
}

/// Writes persons.
///
/// Every method throws ``MusterError`` with code `store.unavailable`.
public protocol PersonWriter {
    /// Writes what is known of a person, in place of what was.
    func replacePerson(of user: UserID, with person: Person) throws(MusterError)
}
