/// A setting of a connection that cannot be used.
///
/// Addresses are not repeated: some people write passwords in them.
package struct UnusableOption: Error {
    /// Which setting.
    package enum Name: Sendable {
        /// The server's address.
        case address
        /// The trusted authorities.
        case authorities
    }

    /// Which setting.
    package let name: Name
    /// What is wrong with it, and what to do.
    package let message: String
    /// What failed below.
    package let cause: (any Error)?

    init(_ name: Name, _ message: String, cause: (any Error)? = nil) {
        self.name = name
        self.message = message
        self.cause = cause
    }
}
