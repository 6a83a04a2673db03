import TextBytes
import WireJSON

extension JSONValue {
    /// The text; nil for anything else.
    var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// The part of an object, by its own spelling; nil if there is none.
    func part(_ name: String) -> JSONValue? {
        guard case .object(let object) = self else { return nil }
        return object[name]
    }

    /// Whether there is nothing in it.
    var isEmpty: Bool {
        switch self {
        case .null: true
        case .array(let elements): elements.isEmpty
        case .object(let object): object.members.isEmpty
        case .string(let text): text.isEmpty
        default: false
        }
    }

    /// A boolean, or its word in a text, as some clients send it; nil for anything else.
    var lenientFlag: Bool? {
        switch self {
        case .bool(let flag): flag
        case .string(let text) where text.hasSameFoldedBytes(as: "true"): true
        case .string(let text) where text.hasSameFoldedBytes(as: "false"): false
        default: nil
        }
    }

    /// A whole number, or its digits in a text, which clients write that cannot count beyond 2^53; nil for anything else.
    var lenientInteger: Int64? {
        switch self {
        case .integer(let number): number
        case .string(let text) where text.utf8.count <= 20: Int64(text)
        default: nil
        }
    }
}

extension JSONObject {
    /// The same with a member set, or taken away where the value is nil.
    func setting(_ name: String, to value: JSONValue?) -> JSONObject {
        var members = members
        if let place = members.firstIndex(where: { $0.name.hasSameBytes(as: name) }) {
            if let value { members[place].value = value } else { members.remove(at: place) }
        } else if let value {
            members.append((name, value))
        }
        return JSONObject(members)
    }

    /// The value of a member whose name is written in any case; nil if there is none.
    func folded(_ name: String) -> JSONValue? {
        members.first { $0.name.hasSameFoldedBytes(as: name) }?.value
    }

    /// Refuses names that differ in nothing but their case: nobody could say which of them is meant.
    ///
    /// - Throws: ``SCIMFailure`` with kind `invalidSyntax`.
    func requireDistinctNames() throws(SCIMFailure) {
        var seen: Set<ByteText> = []
        for (name, _) in members where !seen.insert(ByteText(folding: name)).inserted {
            throw SCIMFailure(
                .invalidSyntax,
                "\(name.quoted(60)) stands there twice, in different case."
            )
        }
    }
}
