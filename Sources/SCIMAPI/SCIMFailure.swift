/// Why a request of SCIM cannot be done (RFC 7644 section 3.12).
public struct SCIMFailure: Error, Sendable, Equatable {
    /// What kind of mistake it is, by the standard's words.
    public enum Kind: String, Sendable {
        /// The filter cannot be read, or compares what cannot be compared.
        case invalidFilter
        /// The body is not of its form.
        case invalidSyntax
        /// The path of a change names nothing.
        case invalidPath
        /// A change that would change nothing because it addresses nothing.
        case noTarget
        /// A value is missing or breaks its rule.
        case invalidValue
        /// An attribute that clients do not write.
        case mutability
        /// A question about what must not be asked in an address.
        case sensitive
        /// A cursor that this server has not given out for this list (RFC 9865 section 2.1).
        case invalidCursor
        /// A count that is no number (RFC 9865 section 2.1).
        case invalidCount
        /// More changes than one request may ask for.
        case tooMany
    }

    /// The kind.
    public let kind: Kind
    /// One sentence that says what is wrong.
    public let detail: String

    /// Builds a failure.
    public init(_ kind: Kind, _ detail: String) {
        self.kind = kind
        self.detail = detail
    }
}
