import HTTPTypes
import Hummingbird
import MusterAPI
import MusterCore
import WireJSON

/// Public keys in the native API.
struct NativeSSHKeyRoutes {
    private let directory: Directory
    private let keys: SSHKeyService

    init(_ directory: Directory) {
        self.directory = directory
        keys = SSHKeyService(directory)
    }

    var routes: [Route] {
        [
            NativeRoutes.route(.get, "/users/:ref/ssh-keys", list),
            NativeRoutes.route(.post, "/users/:ref/ssh-keys", add),
            NativeRoutes.route(.delete, "/users/:ref/ssh-keys/:fingerprint", remove),
        ]
    }

    @Sendable private func list(_ call: Call) async throws -> Response {
        let revision = try await Revision.present(in: directory)
        let (user, keys) = try await keys.list(of: try call.nativeUser(), by: try call.principal)
        let response = Response.json(reserving: 64 + keys.count * 512) { json in
            json.object { json in
                json.name("keys")
                json.array { json in
                    for key in keys { SSHKeyRecord(key, of: user).write(to: &json) }
                }
            }
        }
        return Revision.tagged(response, revision)
    }

    @Sendable private func add(_ call: Call) async throws -> Response {
        let (user, key, isNew) = try await keys.add(
            to: try call.nativeUser(),
            by: try call.callerForChange
        ) { () throws(MusterError) in try call.readObject(SSHKeyBody.init).key }
        let response = Response.json(isNew ? .created : .ok) { json in
            SSHKeyRecord(key, of: user).write(to: &json)
        }
        return await Revision.changed(response, in: directory)
    }

    @Sendable private func remove(_ call: Call) async throws -> Response {
        let reference = try call.nativeUser()
        let fingerprint = { () throws(MusterError) in try call.decodedParameter("fingerprint") }
        try await keys.remove(
            fingerprint: fingerprint,
            from: reference,
            by: try call.callerForChange
        )
        return await Revision.changed(Response(status: .noContent), in: directory)
    }
}

extension SSHKeyRecord {
    /// The record of a key.
    fileprivate init(_ key: StoredSSHKey, of user: User) {
        self.init(
            username: user.username.text,
            key: key.key.text,
            type: key.key.type.rawValue,
            fingerprint: key.fingerprint,
            addedAt: key.addedAt.rawValue
        )
    }
}
