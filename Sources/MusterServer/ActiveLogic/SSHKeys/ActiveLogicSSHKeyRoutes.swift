import ActiveLogicAPI
import HTTPTypes
import Hummingbird
import MusterCore
import TextBytes
import WireJSON

/// Public keys in the ActiveLogic dialect.
struct ActiveLogicSSHKeyRoutes {
    private let directory: Directory
    private let keys: SSHKeyService

    init(_ directory: Directory) {
        self.directory = directory
        keys = SSHKeyService(directory)
    }

    var routes: [Route] {
        ActiveLogicRoutes.userRoutes(.get, "/keys", list)
            + ActiveLogicRoutes.userRoutes(.post, "/keys", add)
            + ActiveLogicRoutes.userRoutes(.delete, "/keys", remove)
    }

    @Sendable private func list(_ call: Call) async throws -> Response {
        let revision = try await Revision.present(in: directory)
        let (user, keys) = try await keys.list(
            of: try call.activeLogicUser(),
            by: try call.principal
        )
        if Revision.isKnown(revision, call.request.headers) {
            return Revision.unchanged(revision)
        }
        let response = Response.json(reserving: 64 + keys.count * 512) { json in
            json.object { json in
                json.name("keys")
                json.array { json in
                    for key in keys { KeyRecord(key, of: user).write(to: &json) }
                }
            }
        }
        return Revision.tagged(response, revision)
    }

    @Sendable private func add(_ call: Call) async throws -> Response {
        let (user, key, isNew) = try await keys.add(
            to: try call.activeLogicUser(),
            by: try call.callerForChange
        ) { () throws(MusterError) in try keyLine(call) }
        let response = Response.json(isNew ? .created : .ok) { json in
            KeyRecord(key, of: user).write(to: &json)
        }
        return await Revision.changed(response, in: directory)
    }

    @Sendable private func remove(_ call: Call) async throws -> Response {
        try await keys.remove(from: try call.activeLogicUser(), by: try call.callerForChange) {
            () throws(MusterError) in
            try keyLine(call)
        }
        return await Revision.changed(Response(status: .noContent), in: directory)
    }

    private func keyLine(_ call: Call) throws(MusterError) -> String {
        try call.read { (fields: ActiveLogicFields) throws(ArgumentError) in
            try fields.requiredText("key", upTo: TextLimit.keyField)
        }
    }
}

extension KeyRecord {
    /// The record of a key.
    init(_ key: StoredSSHKey, of user: User) {
        self.init(
            username: user.username.text,
            key: key.key.text,
            type: key.key.type.rawValue,
            fingerprint: key.fingerprint,
            addedAt: key.addedAt.rawValue
        )
    }
}
