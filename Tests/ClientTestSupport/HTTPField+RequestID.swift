package import HTTPTypes

extension HTTPField.Name {
    /// `X-Request-Uuid`.
    package static let requestUUID = named("X-Request-Uuid")

    /// A field that a test needs by name.
    package static func named(_ text: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(text) else {
            preconditionFailure("\(text) is written in a test and is a valid field name")
        }
        return name
    }
}
