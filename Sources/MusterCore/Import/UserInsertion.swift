public import FoundationEssentials

/// A user ready to be written, with all that makes it.
///
/// A class, since a batch hands on hundreds, and each hand would count all texts of a value again.
public final class UserInsertion: Sendable {
    /// The UUID that it gets.
    public let uuid: UUID
    /// The user without what the directory gives and learns.
    public let draft: UserDraft
    /// The password; nil if the user has none.
    public let password: StoredPassword?

    /// Builds an arrival.
    public init(uuid: UUID, draft: UserDraft, password: StoredPassword? = nil) {
        self.uuid = uuid
        self.draft = draft
        self.password = password
    }
}
