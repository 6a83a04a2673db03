import HTTPTypes
import NIOHTTP1

/// The fields of a request's header, however the layer below keeps them.
protocol HeaderFields: Sendable {
    /// The value of a field, those of one that stands there more than once joined; nil where there is none.
    subscript(name: HTTPField.Name) -> String? { get }

    /// The values of a field in the order in which they came.
    func values(of name: HTTPField.Name) -> [String]
}

extension HTTPFields: HeaderFields {
    func values(of name: HTTPField.Name) -> [String] {
        self[values: name]
    }
}

extension HTTPHeaders: HeaderFields {
    subscript(name: HTTPField.Name) -> String? {
        guard let first = first(name: name.rawName) else { return nil }
        let values = self[name.rawName]
        // Cookies are joined in their own way (RFC 6265 section 5.4).
        return values.count == 1 ? first : values.joined(separator: name == .cookie ? "; " : ", ")
    }

    func values(of name: HTTPField.Name) -> [String] {
        self[name.rawName]
    }
}
