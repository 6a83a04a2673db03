import ActiveLogicClient
import Foundation
import WireJSON

/// One call that was asked for.
struct Call {
    let name: String
    private let members: JSONObject

    init(_ line: String) throws {
        guard case .object(let members) = try JSONValue(parsing: Array(line.utf8)),
            case .string(let name) = members["call"]
        else { throw Misuse("a line is an object with the member call") }
        self.name = name
        self.members = members
    }

    func text(_ name: String) throws -> String {
        guard let text = try optionalText(name) else { throw Misuse("\(name) is missing") }
        return text
    }

    func optionalText(_ name: String) throws -> String? {
        switch members[name] {
        case nil, .null: nil
        case .string(let text): text
        default: throw Misuse("\(name) is a text")
        }
    }

    func number(_ name: String) throws -> Int64? {
        switch members[name] {
        case nil, .null: nil
        case .integer(let number): number
        default: throw Misuse("\(name) is a whole number")
        }
    }

    func texts(_ name: String) throws -> [String]? {
        switch members[name] {
        case nil, .null: return nil
        case .array(let values):
            return try values.map { value in
                guard case .string(let text) = value else { throw Misuse("\(name) has texts") }
                return text
            }
        default: throw Misuse("\(name) is a list")
        }
    }

    /// A user by id or by name.
    func user() throws -> UserRef {
        switch members["user"] {
        case .integer(let id): .id(id)
        case .string(let name): .name(name)
        default: throw Misuse("user is an id or a name")
        }
    }
}

/// Hands on what was printed, although nobody looks at a terminal.
func flushOutput() {
    fflush(nil)
}
