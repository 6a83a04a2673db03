import HTTPTypes

/// The fields of a request's header, however the layer below keeps them.
protocol HeaderFields: Sendable {
    /// The value of a field, those of one that stands there more than once joined; nil if there is none.
    subscript(name: HTTPField.Name) -> String? { get }

    /// The values of a field in the order in which they came.
    func values(of name: HTTPField.Name) -> [String]
}

extension HTTPFields: HeaderFields {
    func values(of name: HTTPField.Name) -> [String] {
        self[values: name]
    }
}

extension HTTPField.Name {
    /// What stands between values that are joined; cookies have their own (RFC 6265 section 5.4).
    var separator: String { self == .cookie ? "; " : ", " }
}
