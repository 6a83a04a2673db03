import MusterCore
import MusterServer
import TextBytes
import WireJSON

/// What is wrong with a rule, as it is said after its number.
struct RuleFault: Error {
    let text: String
}

extension RadiusRule {
    init(_ value: JSONValue) throws(RuleFault) {
        guard case .object(let object) = value else {
            throw RuleFault(text: "must be an object")
        }
        let known = ["client", "role", "group", "mask", "attributes"]
        for (name, _) in object.members
        where !known.contains(where: { $0.hasSameBytes(as: name) }) {
            throw RuleFault(
                text:
                    "has a member \(name.quoted(60)), and may have client, role, group, mask and attributes"
            )
        }
        guard case .object(let attributes)? = object["attributes"], !attributes.members.isEmpty
        else { throw RuleFault(text: "must have an object attributes that is not empty") }
        self.init(
            client: try RadiusRule.text("client", object),
            role: try RadiusRule.role(object),
            group: try RadiusRule.text("group", object),
            masks: try RadiusRule.masks(object),
            attributes: try RadiusRule.attributes(attributes)
        )
    }

    private static func text(_ name: String, _ object: JSONObject) throws(RuleFault) -> String? {
        guard let value = object[name] else { return nil }
        guard case .string(let text) = value, (1...1020).contains(text.utf8.count) else {
            throw RuleFault(text: "must have a text as \(name)")
        }
        return text
    }

    private static func role(_ object: JSONObject) throws(RuleFault) -> Role? {
        guard let value = object["role"] else { return nil }
        guard case .integer(let number) = value, let role = Role(rawValue: Int(number)) else {
            let numbers = Role.allCases.map { "\($0.rawValue)" }.joined(separator: ", ")
            throw RuleFault(text: "must have one of \(numbers) as role")
        }
        return role
    }

    private static func masks(_ object: JSONObject) throws(RuleFault) -> Masks {
        guard let value = object["mask"] else { return Masks() }
        var masks = Masks()
        guard case .object(let parts) = value else {
            throw RuleFault(text: "must have an object with read, write and liveview as mask")
        }
        for (name, part) in parts.members {
            guard case .integer(let bits) = part, bits >= 0 else {
                throw RuleFault(text: "must have whole numbers from 0 in mask")
            }
            if name.hasSameBytes(as: "read") {
                masks.read = bits
            } else if name.hasSameBytes(as: "write") {
                masks.write = bits
            } else if name.hasSameBytes(as: "liveview") {
                masks.liveview = bits
            } else {
                throw RuleFault(text: "must have none but read, write and liveview in mask")
            }
        }
        return masks
    }

    private static func attributes(
        _ object: JSONObject
    ) throws(RuleFault) -> [(name: String, values: [String])] {
        var attributes: [(name: String, values: [String])] = []
        for (name, value) in object.members {
            let isName =
                (1...64).contains(name.utf8.count)
                && name.utf8.allSatisfy {
                    $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") || $0.isRadiusWord
                }
            guard isName else {
                throw RuleFault(text: "has an attribute \(name.quoted(60)), which is no name")
            }
            // Those decide about the answer itself, or repeat what is secret.
            let own = ["State", "User-Password", "Message-Authenticator", "Proxy-State"]
            guard !own.contains(where: { $0.hasSameBytes(as: name) }) else {
                throw RuleFault(text: "must not have the attribute \(name)")
            }
            let items: [JSONValue] = if case .array(let many) = value { many } else { [value] }
            var values: [String] = []
            for item in items {
                values.append(try text(of: item, name))
            }
            attributes.append((name, values))
        }
        return attributes
    }

    private static func text(of item: JSONValue, _ name: String) throws(RuleFault) -> String {
        let kind = RadiusAttribute.kind(of: name)
        let text: String
        switch item {
        case .string(let written) where kind != .integer || name.hasSameBytes(as: "Service-Type"):
            text = written
        case .integer(let number) where kind != .string && (0...Int64(UInt32.max)).contains(number):
            text = "\(number)"
        default:
            let wanted = kind == .integer ? "a whole number from 0" : "a text or a list of texts"
            throw RuleFault(text: "must have \(wanted) as \(name)")
        }
        guard (1...RadiusAttribute.maximumBytes).contains(text.utf8.count) else {
            throw RuleFault(
                text: "must have values of 1 to \(RadiusAttribute.maximumBytes) bytes in \(name)"
            )
        }
        return text
    }
}

extension UInt8 {
    fileprivate var isRadiusWord: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: false
        }
    }
}
