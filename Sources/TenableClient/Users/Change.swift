extension TenableIO {
    /// What an edit does with a text.
    ///
    /// ```swift
    /// try await tio.users.edit(4, name: "New Full Name")
    /// try await tio.users.edit(4, name: .clear)
    /// try await tio.users.edit(4, email: .set(address))
    /// ```
    public enum Change: Hashable, Sendable {
        /// Leaves it as it is.
        case keep
        /// Takes it away; the server then shows the username in its place.
        case clear
        /// Replaces it.
        case set(String)

        /// The value on the wire; nil if there is none to send.
        var text: String? {
            switch self {
            case .keep: nil
            case .clear: ""
            case .set(let text): text
            }
        }
    }
}

extension TenableIO.Change: ExpressibleByStringLiteral {
    /// Takes a literal text as the new value.
    public init(stringLiteral value: String) {
        self = .set(value)
    }
}
