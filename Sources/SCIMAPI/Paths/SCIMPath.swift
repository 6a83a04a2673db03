import TextBytes
import WireJSON

/// An attribute of a resource, named by a client (RFC 7644 section 3.10).
public struct SCIMPath: Sendable {
    /// The extension that it is in; nil for the resource itself.
    public let schema: SCIMSchema?
    /// The attribute; nil for the whole extension.
    public let attribute: SCIMAttribute?
    /// The part of a complex attribute; nil for all of it.
    public let sub: SCIMAttribute?

    /// The value in a resource; nil if there is none.
    func value(in resource: JSONObject) -> JSONValue? {
        var container = resource
        if let schema {
            guard case .object(let extended)? = resource[schema.id] else { return nil }
            guard attribute != nil else { return .object(extended) }
            container = extended
        }
        return attribute.flatMap { container[$0.name] }
    }

    /// The name as messages say it.
    var text: String {
        [
            [schema?.id, attribute?.name].compactMap(\.self).joined(separator: ":"),
            sub?.name,
        ].compactMap(\.self).joined(separator: ".")
    }
}

/// What a name stands for.
enum SCIMName {
    /// Something that is kept.
    case known(SCIMPath)
    /// An attribute of the standard that is not kept.
    case unserved
    /// Nothing.
    case unknown
}

extension SCIMResourceType {
    /// What a name stands for: `attribute`, `attribute.part`, each in any case, with the URN of its schema or without.
    ///
    /// A dot stands between URN and attribute as well, since a client's own tests write it.
    func resolve(_ text: some StringProtocol) -> SCIMName {
        for schema in [schema] + extensions {
            for urn in [schema.id] + schema.aliases where text.begins(folded: urn) {
                let rest = text.utf8.dropFirst(urn.utf8.count)
                let isCore = schema.id.hasSameBytes(as: self.schema.id)
                guard let mark = rest.first else {
                    return isCore
                        ? .unknown
                        : .known(SCIMPath(schema: schema, attribute: nil, sub: nil))
                }
                guard mark == UInt8(ascii: ":") || mark == UInt8(ascii: ".") else { continue }
                return isCore
                    ? resolve(rest.dropFirst(), in: nil, attributes)
                    : resolve(rest.dropFirst(), in: schema, schema.attributes)
            }
        }
        return resolve(text.utf8[...], in: nil, attributes)
    }

    private func resolve(
        _ bytes: some Collection<UInt8>,
        in schema: SCIMSchema?,
        _ attributes: [SCIMAttribute]
    ) -> SCIMName {
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard let name = parts.first, parts.count <= 2 else { return .unknown }
        guard let attribute = attributes.named(name) else {
            let isUnserved =
                schema == nil && unserved.contains { $0.hasSameFoldedBytes(as: name) }
            return isUnserved ? .unserved : .unknown
        }
        guard parts.count == 2 else {
            return .known(SCIMPath(schema: schema, attribute: attribute, sub: nil))
        }
        guard let sub = attribute.sub(parts[1]) else { return .unknown }
        return .known(SCIMPath(schema: schema, attribute: attribute, sub: sub))
    }
}

extension StringProtocol {
    /// Whether it begins with a text, in any case.
    func begins(folded text: String) -> Bool {
        utf8.count >= text.utf8.count
            && zip(utf8, text.utf8).allSatisfy { $0.asciiLowercased == $1.asciiLowercased }
    }
}
