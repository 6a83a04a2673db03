import MusterCore
import SCIMAPI
import TextBytes
import WireJSON

extension PersonDocument {
    /// The parts of what machines know of an account.
    private static let accountParts = ["homeDirectory", "loginShell"]

    /// What machines know of the account, with its parts in their order.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`.
    static func account(_ value: JSONValue?) throws(MusterError) -> JSONValue? {
        guard let value else { return nil }
        guard case .object(let object) = value else {
            throw refusal("must have an object as \"\(SCIMPerson.posix)\"")
        }
        var parts = JSONObject()
        for (name, value) in object.members {
            guard accountParts.contains(where: { $0.hasSameBytes(as: name) }) else {
                throw refusal(
                    "has \(name.quoted(80)) in \"\(SCIMPerson.posix)\", which is no part of it"
                )
            }
            guard case .string(let text) = value, MachinePath.isPath(text) else {
                throw refusal("has a \"\(name)\" that is not \(MachinePath.rule)")
            }
        }
        for name in accountParts { parts = parts.setting(name, to: object[name], in: nil) }
        return parts.members.isEmpty ? nil : .object(parts)
    }
}
