import MusterCore
import SCIMAPI
import TextBytes
import WireJSON

/// What is done to a user's resource.
enum SCIMUserEdit: Sendable {
    /// Another one takes its place.
    case replacement(SCIMBody)
    /// Operations are made on it.
    case change(SCIMPatch)

    /// What user is to take the place of the one that there is.
    ///
    /// - Throws: ``SCIMFailure``.
    static func replacing(
        _ body: JSONObject,
        _ type: SCIMResourceType
    ) throws(SCIMFailure) -> SCIMUserEdit {
        .replacement(try SCIMBody(body, of: type))
    }

    /// What operations are to be made.
    ///
    /// - Throws: ``SCIMFailure``.
    static func changing(
        _ body: JSONObject,
        _ type: SCIMResourceType
    ) throws(SCIMFailure) -> SCIMUserEdit {
        .change(try SCIMPatch(body, of: type))
    }

    /// What users may change of themselves.
    private static let own = ["displayName", "name", "emails", "phoneNumbers", "password"]

    /// Refuses a change of what users may not change of themselves at `/Me`.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`.
    static func requireOwn(_ before: JSONObject, _ after: JSONObject) throws(MusterError) {
        let names = before.members.map(\.name) + after.members.map(\.name)
        for name in names where before[name] != after[name] {
            guard own.contains(where: { $0.hasSameBytes(as: name) }) else {
                throw SCIMFailure(
                    .mutability,
                    "\(name.quoted(80)) is not changed at /Me, where there are displayName, name, emails and phoneNumbers."
                ).error
            }
        }
    }

    /// Whether a password may be among what is written.
    var setsPassword: Bool {
        switch self {
        case .replacement(let body): body.resource["password"] != nil
        case .change(let patch): patch.names("password")
        }
    }

    /// The resource afterwards.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`.
    func apply(to before: JSONObject) throws(MusterError) -> JSONObject {
        switch self {
        case .replacement(let body): return body.replacing(before)
        case .change(let patch):
            do {
                return try patch.apply(to: before)
            } catch {
                throw error.error
            }
        }
    }
}

extension SCIMBody {
    /// What a user becomes in whose place this is put: attributes that are not named go, but for those that a client may
    /// leave out because it does not know them.
    fileprivate func replacing(_ before: JSONObject) -> JSONObject {
        var after = resource
        after = after.setting("id", to: before["id"], in: nil)
        for name in ["active", "roles"] where !names(name) {
            after = after.setting(name, to: before[name], in: nil)
        }
        for schema in [SCIMSchema.musterUser, .sshKeys] where !names(schema.id) {
            after = after.setting(schema.id, to: before[schema.id], in: nil)
        }
        // Keys are the last of all extensions, where there are any.
        return SCIMResourceType.userWithKeys.ordered(after)
    }
}
