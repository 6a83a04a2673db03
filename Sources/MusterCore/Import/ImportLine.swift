/// One user of an import, as the file says it.
///
/// What the file does not say is nil or empty: a new user gets the default, one that exists keeps what it has.
public struct ImportLine: Sendable {
    /// A password as the file gives it.
    public enum Password: Sendable {
        /// In the clear.
        case plain(Secret<String>)
        /// As a hash in one of the forms that ``PasswordHasher/importHash(_:)`` takes.
        case hash(Secret<String>)
    }

    /// The number of the line in the file, from 1.
    public let number: Int
    /// The login name.
    public let username: Username
    /// The rest of the user, without login name and password.
    public var changes = UserChanges()
    /// What the file calls the role, for complaints.
    public var roleField = "permissions"
    /// The password.
    public var password: Password?
    /// Whether the password has to be changed at the next login.
    public var isPasswordTemporary = false
    /// The names of groups that the user is put into.
    public var groups: [String] = []
    /// Public keys that the user is given, as lines of `.pub` files.
    public var sshKeys: [String] = []
    /// What the file says of the user as a person.
    public var person: ImportPerson?

    /// Begins a line.
    public init(number: Int, username: Username) {
        self.number = number
        self.username = username
    }
}

/// What a line says of its user as a person.
public struct ImportPerson: Sendable {
    /// How many bytes it holds in memory, about.
    public let bytes: Int
    /// The person as it becomes, from what was known of it; nil if nothing was.
    public let revise: @Sendable (Person?) throws(MusterError) -> Person

    /// Builds what a line says.
    public init(
        bytes: Int,
        _ revise: @escaping @Sendable (Person?) throws(MusterError) -> Person
    ) {
        self.bytes = bytes
        self.revise = revise
    }

    /// The person as it becomes, no longer than what is kept of one.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`.
    func revised(_ before: Person?) throws(MusterError) -> Person {
        let person = try revise(before)
        try person.check()
        return person
    }
}

/// How an import is to go.
public struct ImportOptions: Sendable, Equatable {
    /// What a line does whose user exists.
    public enum Mode: String, CaseIterable, Sendable {
        /// It fails.
        case create
        /// It changes the fields that it has.
        case upsert
    }

    /// What a line does whose user exists.
    public var mode: Mode
    /// Whether nothing is changed and only said what would be.
    public var isDryRun: Bool
    /// Whether groups that a line names and that do not exist are made.
    public var createsGroups: Bool
    /// Whether a line fails that would take the administration of users from the caller itself.
    public var keepsAdministration: Bool

    /// Builds options; existing users fail, missing groups do, and changes are made, unless said otherwise.
    public init(
        mode: Mode = .create,
        isDryRun: Bool = false,
        createsGroups: Bool = false,
        keepsAdministration: Bool = false
    ) {
        self.mode = mode
        self.isDryRun = isDryRun
        self.createsGroups = createsGroups
        self.keepsAdministration = keepsAdministration
    }
}

/// How one line of an import ended, or would end.
public enum ImportOutcome: Sendable {
    /// A user was made; nil if it only would be.
    case created(UserID?, administersBy: [AdministratorRight] = [])
    /// A user was changed; the fields by the audit log's names, and by what the user administers now, if one of them
    /// is about that.
    case updated(UserID, fields: [AuditField], administersBy: [AdministratorRight] = [])
    /// The user is already as the line has it.
    case unchanged(UserID)
    /// The line was not taken.
    case failed(MusterError)
}
