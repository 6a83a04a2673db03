import MusterCore
import SCIMAPI
import TextBytes
import WireJSON

/// A person's document as files and other protocols write it: the attributes of SCIM's schema under their names, of which each
/// is read by the schema's rules.
///
/// The address that has no `value` stands for the user's own. Two members are marks: `displayName` is true where the name that
/// is shown is the login name, and `roles` says of the role whether it is the preferred one. `posix` is what machines know of
/// the account, which is no attribute of SCIM's.
struct PersonDocument {
    /// The members of which single parts are changed.
    private static let parted = ["name", SCIMSchema.enterpriseUser.id, SCIMPerson.posix]

    /// The members, in the order in which they are kept.
    static let members =
        SCIMPerson.plain + [
            "emails", "displayName", "roles", SCIMSchema.enterpriseUser.id, SCIMPerson.posix,
        ]

    /// The person that another becomes by some members of its document.
    ///
    /// Each member takes the place of what is there, and one that is null takes it away. Of the name and of what an
    /// organization knows, only the parts that are named change.
    ///
    /// - Parameters:
    ///   - person: The person; nil if nothing was said of it.
    ///   - members: What changes.
    /// - Returns: The person, of the same identifier.
    /// - Throws: ``MusterError`` with code `input.invalid` and the field `person`.
    static func revised(
        _ person: Person?,
        by members: JSONObject
    ) throws(MusterError) -> Person {
        var merged = person.map { SCIMPerson.attributes($0) } ?? JSONObject()
        for (name, value) in members.members {
            guard self.members.contains(where: { $0.hasSameBytes(as: name) }) else {
                throw refusal("must not have \(name.quoted(80)), which is no member of a person")
            }
            try requireKnownParts(value, of: name)
            merged = merged.setting(name, to: change(of: merged[name], to: value, name), in: nil)
        }
        return try PersonDocument.person(of: merged, externalID: person?.externalID)
    }

    /// What becomes of a member.
    private static func change(
        of present: JSONValue?,
        to value: JSONValue,
        _ name: String
    ) -> JSONValue? {
        guard value != .null else { return nil }
        guard parted.contains(name), case .object(let parts) = value,
            case .object(var object)? = present ?? .object(JSONObject())
        else { return value }
        for (part, value) in parts.members {
            object = object.setting(part, to: value == .null ? nil : value, in: nil)
        }
        return object.members.isEmpty ? nil : .object(object)
    }

    /// Checks a document's members and builds the person.
    private static func person(
        of document: JSONObject,
        externalID: String?
    ) throws(MusterError) -> Person {
        var wire = document
        for mark in ["displayName", "roles", SCIMPerson.posix] {
            wire = wire.setting(mark, to: nil, in: nil)
        }
        var read: JSONObject
        do {
            read = try SCIMBody(wire, of: .user).resource
        } catch {
            throw refusal("cannot be kept: \(error.detail)")
        }
        let emails = SCIMPerson.elements(read["emails"])
        guard emails.count(where: { $0.value("value") == nil }) <= 1 else {
            throw refusal("has two addresses without a value, and one alone is the user's own")
        }
        read = read.setting("displayName", to: try nameMark(document["displayName"]), in: nil)
        read = read.setting("roles", to: try roleMark(document["roles"]), in: nil)
        read = read.setting(
            SCIMPerson.posix,
            to: try account(document[SCIMPerson.posix]),
            in: nil
        )
        var ordered = JSONObject()
        for name in members { ordered = ordered.setting(name, to: read[name], in: nil) }
        return Person(
            externalID: externalID,
            otherAddresses: emails.compactMap { $0.value("value") },
            document: String(decoding: JSONValue.object(ordered).bytes, as: UTF8.self)
        )
    }

    private static func nameMark(_ mark: JSONValue?) throws(MusterError) -> JSONValue? {
        guard let mark, mark != .bool(false) else { return nil }
        guard mark == .bool(true) else {
            throw refusal(
                "has a \"displayName\", which is true or false here: the name itself is the field \"name\""
            )
        }
        return mark
    }

    private static func roleMark(_ mark: JSONValue?) throws(MusterError) -> JSONValue? {
        guard let mark else { return nil }
        guard case .array(let roles) = mark, roles.count == 1,
            case .object(let role)? = roles.first,
            role.members.count == 1, case .bool? = role["primary"]
        else {
            throw refusal(
                "has \"roles\" that say more than \"primary\": the role itself is the field \"permissions\""
            )
        }
        return mark
    }

    /// Refuses parts of a member that the schema has not, which would be lost.
    private static func requireKnownParts(
        _ value: JSONValue,
        of name: String
    ) throws(MusterError) {
        let enterprise = SCIMSchema.enterpriseUser
        let isExtension = enterprise.id.hasSameBytes(as: name)
        let attribute = SCIMSchema.user.attributes.first { $0.name.hasSameBytes(as: name) }
        let parts = isExtension ? enterprise.attributes : attribute?.subAttributes ?? []
        guard isExtension || attribute?.kind == .complex, !name.hasSameBytes(as: "roles") else {
            return
        }
        let elements =
            if case .array(let elements) = value { elements } else { [value] }
        for case .object(let object) in elements {
            for (part, inner) in object.members {
                guard let known = parts.first(where: { $0.name.hasSameBytes(as: part) }) else {
                    throw refusal(
                        "has \(part.quoted(80)) in \(name.quoted(80)), which is no part of it"
                    )
                }
                guard case .object(let object) = inner else { continue }
                for (part, _) in object.members
                where !known.subAttributes.contains(where: { $0.name.hasSameBytes(as: part) }) {
                    throw refusal(
                        "has \(part.quoted(80)) in \(known.name.quoted(80)), which is no part of it"
                    )
                }
            }
        }
    }

    static func refusal(_ rule: String) -> MusterError { .invalid("person", rule: rule) }
}
