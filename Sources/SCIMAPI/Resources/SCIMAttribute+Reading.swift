import TextBytes
import WireJSON

extension SCIMAttribute {
    /// A value that a client sent, in this attribute's own form; nil if it says that there is none.
    ///
    /// Lenient in what is written: words for booleans, digits for numbers, a list of one for a single value, a single value
    /// for a list, a text for the value of a complex one. Parts that are not known are passed over.
    ///
    /// - Throws: ``SCIMFailure`` with kind `invalidValue` or `invalidSyntax`.
    func read(_ value: JSONValue) throws(SCIMFailure) -> JSONValue? {
        guard isMultiValued else {
            guard case .array(let elements) = value else { return try readOne(value) }
            guard elements.count <= 1 else {
                throw refusal("must have one value, not \(elements.count)")
            }
            return try elements.first.flatMap { element throws(SCIMFailure) in try readOne(element)
            }
        }
        let elements = SCIMFilter.elements(value)
        // Before they are compared with each other.
        guard elements.count <= maximumCount else {
            throw refusal("must have at most \(maximumCount) values, not \(elements.count)")
        }
        var read: [JSONValue] = []
        for element in elements {
            guard let element = try readOne(element) else { continue }
            if kind != .complex, read.contains(element) { continue }
            read.append(element)
        }
        return read.isEmpty ? nil : .array(read)
    }

    /// One value.
    func readOne(_ value: JSONValue) throws(SCIMFailure) -> JSONValue? {
        guard value != .null else { return nil }
        switch kind {
        case .boolean:
            if value.text?.isEmpty == true { return nil }
            guard let flag = value.lenientFlag else {
                throw refusal("must be true or false", not: value)
            }
            return .bool(flag)
        case .integer:
            if value.text?.isEmpty == true { return nil }
            guard let number = value.lenientInteger, number >= 0 else {
                throw refusal("must be a whole number from 0 to \(Int64.max)", not: value)
            }
            return .integer(number)
        case .string, .reference, .dateTime:
            guard let text = value.text else { throw refusal("must be a string", not: value) }
            return try readText(text).map { .string($0) }
        case .complex:
            return try readParts(value)
        }
    }

    private func readText(_ text: String) throws(SCIMFailure) -> String? {
        guard !text.isEmpty else { return nil }
        guard text.utf8.count <= maximumBytes else {
            throw refusal("must have at most \(maximumBytes) bytes, not \(text.utf8.count)")
        }
        let isPlain = text.utf8.allSatisfy {
            $0 >= 0x20 && $0 != 0x7F || [0x09, 0x0A, 0x0D].contains($0)
        }
        guard isPlain || returned == .never else {
            throw refusal("must have no control characters")
        }
        return isKeyLine ? SCIMAttribute.withoutComment(text) : text
    }

    /// A public key without what stands behind it, so that it is the same key whatever its owner calls it; what is none stays as
    /// it is, to be refused as such.
    private static func withoutComment(_ text: String) -> String {
        let lines = text.utf8.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D })
        guard lines.count == 1 else { return text }
        let words = lines[0].split(whereSeparator: { $0 == UInt8(ascii: " ") || $0 == 0x09 })
        // Every key begins with the length of its type's name, of which three bytes are zero.
        guard words.count >= 2, words[1].starts(with: "AAAA".utf8) else { return text }
        return String(decoding: words[0], as: UTF8.self) + " "
            + String(decoding: words[1], as: UTF8.self)
    }

    private func readParts(_ value: JSONValue) throws(SCIMFailure) -> JSONValue? {
        if let text = value.text, let part = sub("value") {
            guard let value = try part.readOne(.string(text)) else { return nil }
            return .object(JSONObject([(part.name, value)]))
        }
        guard case .object(let object) = value else {
            throw refusal("must be an object", not: value)
        }
        try object.requireDistinctNames()
        var parts: [(name: String, value: JSONValue)] = []
        for part in subAttributes where part.mutability != .readOnly {
            guard let raw = object.folded(part.name), let value = try part.read(raw) else {
                continue
            }
            parts.append((part.name, value))
        }
        return parts.isEmpty ? nil : .object(JSONObject(parts))
    }

    /// The refusal of a value.
    func refusal(_ rule: String, not value: JSONValue? = nil) -> SCIMFailure {
        let isSecret = returned == .never
        let quoted: String? =
            switch value {
            case .string(let text): text.quoted(40)
            case .integer(let number): String(number)
            case .number(let text): text.head(40)
            case let value?: value.kind
            case nil: nil
            }
        let remark = isSecret ? "" : quoted.map { ", not \($0)" } ?? ""
        return SCIMFailure(.invalidValue, "\"\(name)\" \(rule)\(remark).")
    }
}
