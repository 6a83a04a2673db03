/// A body that does not say what its call needs, in the words of the service's own validation.
public struct TenableFieldError: Error, Sendable, Equatable {
    /// The member at fault.
    public let field: String
    /// What is wrong with it.
    public let message: String

    /// Builds an error: `child "username" fails because ["username" is required]`.
    public init(field: String, rule: String) {
        self.field = field
        message = "child \"\(field)\" fails because [\"\(field)\" \(rule)]"
    }
}
