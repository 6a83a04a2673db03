import TextBytes
public import WireJSON

/// Which attributes an answer has (RFC 7644 section 3.9).
public struct SCIMProjection: Sendable {
    private enum Choice {
        case usual
        case only([SCIMPath])
        case without([SCIMPath])
    }

    /// How many names a client may ask for: more than all schemas together have.
    static let maximumNames = 256

    private let choice: Choice

    /// What is shown where nobody asks for anything else.
    public static let usual = SCIMProjection(choice: .usual)

    private init(choice: Choice) {
        self.choice = choice
    }

    /// Reads the names that a client wants, or does not want; names that nobody knows are passed over.
    ///
    /// - Throws: ``SCIMFailure`` with kind `invalidValue` where both are there, or more than ``maximumNames``.
    public init(
        attributes: [String]?,
        excluded: [String]?,
        of type: SCIMResourceType
    ) throws(SCIMFailure) {
        guard attributes == nil || excluded == nil else {
            throw SCIMFailure(
                .invalidValue,
                "Send \"attributes\" or \"excludedAttributes\", not both."
            )
        }
        let count = max(attributes?.count ?? 0, excluded?.count ?? 0)
        guard count <= SCIMProjection.maximumNames else {
            throw SCIMFailure(
                .invalidValue,
                "Name at most \(SCIMProjection.maximumNames) attributes, not \(count)."
            )
        }
        if let attributes {
            choice = .only(SCIMProjection.paths(attributes, type))
        } else if let excluded {
            choice = .without(SCIMProjection.paths(excluded, type))
        } else {
            choice = .usual
        }
    }

    /// What names stand for, each thing once, however often and in whatever spelling it is named: all values are gone through for
    /// each of them, and a group may have a million.
    private static func paths(_ names: [String], _ type: SCIMResourceType) -> [SCIMPath] {
        var seen: Set<ByteText> = []
        return names.compactMap { name in
            // A filter in brackets chooses nothing here, and nothing has as long a name.
            let bytes = name.utf8.prefix { $0 != UInt8(ascii: "[") }
            guard bytes.count <= 512 else { return nil }
            let text = String(decoding: bytes.filter { $0 != UInt8(ascii: " ") }, as: UTF8.self)
            guard case .known(let path) = type.resolve(text) else { return nil }
            return seen.insert(ByteText(path.text)).inserted ? path : nil
        }
    }

    /// How many attributes and parts of them are named, each once.
    var count: Int {
        switch choice {
        case .usual: 0
        case .only(let paths), .without(let paths): paths.count
        }
    }

    /// Whether somebody asks for particular attributes.
    public var isChosen: Bool {
        if case .usual = choice { false } else { true }
    }

    /// Whether an attribute of the resource itself will be shown, so that it has to be read.
    public func shows(_ name: String) -> Bool {
        switch choice {
        case .usual: true
        case .only(let paths): paths.contains { $0.schema == nil && $0.attribute?.name == name }
        case .without(let paths):
            !paths.contains { $0.schema == nil && $0.sub == nil && $0.attribute?.name == name }
        }
    }

    /// Whether a part is asked for by its name, as those have to be that are shown only then.
    public func asksFor(_ name: String, _ part: String) -> Bool {
        guard case .only(let paths) = choice else { return false }
        return paths.contains { $0.attribute?.name == name && $0.sub?.name == part }
    }

    /// A resource with the attributes that are shown.
    public func apply(to resource: JSONObject, of type: SCIMResourceType) -> JSONObject {
        switch choice {
        case .usual: hidingRequested(in: resource, type, but: [])
        case .only(let paths):
            hidingRequested(in: only(paths, resource, type), type, but: paths)
        case .without(let paths):
            hidingRequested(in: without(paths, resource, type), type, but: [])
        }
    }

    /// A resource without the attributes of extensions that are shown only to those who name them.
    private func hidingRequested(
        in resource: JSONObject,
        _ type: SCIMResourceType,
        but named: [SCIMPath]
    ) -> JSONObject {
        var shown = resource
        for schema in type.extensions where resource[schema.id] != nil {
            for attribute in schema.attributes where attribute.returned == .request {
                let isNamed = named.contains {
                    $0.schema?.id == schema.id && $0.attribute?.name == attribute.name
                }
                if !isNamed { shown = shown.setting(attribute.name, to: nil, in: schema) }
            }
        }
        return shown
    }

    private func only(
        _ paths: [SCIMPath],
        _ resource: JSONObject,
        _ type: SCIMResourceType
    ) -> JSONObject {
        var shown = JSONObject()
        for name in ["schemas", "id"] { shown = shown.setting(name, to: resource[name]) }
        for path in paths {
            guard let value = path.value(in: resource) else { continue }
            guard let attribute = path.attribute else {
                shown = shown.setting(path.schema?.id ?? "", to: value)
                continue
            }
            let kept = path.sub.map { value.keeping($0.name) } ?? value
            guard let kept else { continue }
            let present = shown.value(attribute.name, in: path.schema)
            shown = shown.setting(
                attribute.name,
                to: present.map { $0.joined(with: kept) } ?? kept,
                in: path.schema
            )
        }
        return type.ordered(shown)
    }

    private func without(
        _ paths: [SCIMPath],
        _ resource: JSONObject,
        _ type: SCIMResourceType
    ) -> JSONObject {
        paths.reduce(resource) { resource, path in
            guard let attribute = path.attribute else {
                return resource.setting(path.schema?.id ?? "", to: nil)
            }
            guard attribute.returned != .always, let value = path.value(in: resource) else {
                return resource
            }
            let rest = path.sub.flatMap { value.without($0.name) }
            return resource.setting(attribute.name, to: rest, in: path.schema)
        }
    }
}

extension JSONValue {
    /// Nothing but one part, of each of several; nil if nothing is left.
    fileprivate func keeping(_ name: String) -> JSONValue? {
        switch self {
        case .object(let object):
            return object[name].map { .object(JSONObject([(name, $0)])) }
        case .array(let elements):
            let kept = elements.map { $0.keeping(name) ?? .object(JSONObject()) }
            return .array(kept)
        default: return nil
        }
    }

    /// All but one part, of each of several; nil if nothing is left.
    fileprivate func without(_ name: String) -> JSONValue? {
        switch self {
        case .object(let object):
            let rest = object.setting(name, to: nil)
            return rest.members.isEmpty ? nil : .object(rest)
        case .array(let elements):
            let rest = elements.compactMap { $0.without(name) }
            return rest.isEmpty ? nil : .array(rest)
        default: return self
        }
    }

    /// Parts of the same value, kept one after the other.
    fileprivate func joined(with other: JSONValue) -> JSONValue {
        switch (self, other) {
        case (.object(var object), .object(let more)):
            for (name, value) in more.members { object = object.setting(name, to: value) }
            return .object(object)
        case (.array(let left), .array(let right)) where left.count == right.count:
            return .array(zip(left, right).map { $0.joined(with: $1) })
        default: return other
        }
    }
}
