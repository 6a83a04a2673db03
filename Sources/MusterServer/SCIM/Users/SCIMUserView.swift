import FoundationEssentials
import MusterCore
import SCIMAPI
import TextBytes
import WireJSON

/// Shows users as SCIM does: everything but what says where they are.
struct SCIMUserView: Sendable {
    // Taken out of the directory once: to ask it for its rules copies all of them.
    private let lockout: LockoutRule
    private let clock: any DirectoryClock
    private let digester: any Digester
    private let type: SCIMResourceType

    init(_ directory: Directory, _ type: SCIMResourceType) {
        lockout = directory.rules.lockout
        clock = directory.clock
        digester = directory.digester
        self.type = type
    }

    /// What a user is, as text.
    func text(of account: consuming PersonalAccount) -> SCIMUserText {
        let isLocked = lockout.locks(account.user.logins, at: clock.now())
        return SCIMUserText(account, isLocked: isLocked)
    }

    /// The attributes of a user, without `schemas` and `meta`, and their version.
    func attributes(of account: PersonalAccount) -> (tree: JSONObject, version: String) {
        let bytes = text(of: account).attributes
        return (SCIMUserView.tree(bytes), version(bytes))
    }

    /// The attributes alone, to be asked by a filter.
    func tree(of account: PersonalAccount) -> JSONObject {
        SCIMUserView.tree(text(of: account).attributes)
    }

    private static func tree(_ bytes: [UInt8]) -> JSONObject {
        guard case .object(let object)? = try? JSONValue(parsing: bytes) else {
            return JSONObject()
        }
        return object
    }

    /// The attributes that ``plainAttributes(of:)`` has.
    static let plainNames = ["id", "externalId", "userName", "displayName", "active"]

    /// Those of the attributes that are soon made.
    func plainAttributes(of account: PersonalAccount) -> JSONObject {
        let user = account.user
        let stored = user.name == nil ? account.person.map { SCIMPerson.attributes($0) } : nil
        var members: [(name: String, value: JSONValue)] = [
            ("id", .string(user.uuid.text)), ("userName", .string(user.username.text)),
            ("active", .bool(user.isEnabled)),
        ]
        if let id = account.person?.externalID { members.append(("externalId", .string(id))) }
        if let name = SCIMPerson.displayName(of: account, stored) {
            members.append(("displayName", .string(name)))
        }
        return JSONObject(members)
    }

    /// The entity tag of a user whose attributes are these.
    func version(_ attributes: [UInt8]) -> String {
        SCIMVersion.tag(attributes, digester)
    }

    /// The whole resource, with what is shown only to those who name it.
    func resource(_ account: PersonalAccount, root: String) -> JSONObject {
        let text = text(of: account)
        return resource(text, version(text.attributes), root: root)
    }

    /// The same, with a version that is known already.
    func resource(_ text: SCIMUserText, _ version: String, root: String) -> JSONObject {
        SCIMUserView.tree(
            text.resource(in: .init(root: root, version: version, hidesRequested: false))
        )
    }

    /// As much of a user as a caller asks for.
    func shown(
        _ account: PersonalAccount,
        root: String,
        _ projection: SCIMProjection
    ) -> SCIMShown {
        let text = text(of: account)
        return shown(text, version(text.attributes), root: root, projection)
    }

    /// The same, with a version that is known already.
    func shown(
        _ text: SCIMUserText,
        _ version: String,
        root: String,
        _ projection: SCIMProjection
    ) -> SCIMShown {
        guard projection.isChosen else {
            return .text(
                text.resource(in: .init(root: root, version: version, hidesRequested: true))
            )
        }
        return .tree(projection.apply(to: resource(text, version, root: root), of: type))
    }

    /// Writes as much of a user as a caller asks for.
    func write(
        _ text: SCIMUserText,
        _ version: String,
        root: String,
        _ projection: SCIMProjection,
        to json: inout JSONWriter
    ) {
        guard projection.isChosen else {
            let frame = SCIMUserText.Frame(root: root, version: version, hidesRequested: true)
            return text.write(in: frame, to: &json)
        }
        shown(text, version, root: root, projection).write(to: &json)
    }
}

/// A resource as an answer has it.
enum SCIMShown: Sendable {
    /// As a tree.
    case tree(JSONObject)
    /// As JSON text.
    case text([UInt8])

    func write(to json: inout JSONWriter) {
        switch self {
        case .tree(let object): json.value(.object(object))
        case .text(let bytes): json.written(bytes)
        }
    }
}
