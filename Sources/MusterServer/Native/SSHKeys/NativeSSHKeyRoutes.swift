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
            NativeRoutes.reading("/users/:ref/ssh-keys", in: directory, list),
            NativeRoutes.route(.post, "/users/:ref/ssh-keys", add),
            NativeRoutes.route(.delete, "/users/:ref/ssh-keys/:fingerprint", remove),
        ]
    }

    @Sendable private func list(_ call: ReadCall) throws(MusterError) -> Answer? {
        let (user, keys) = try keys.list(
            of: try call.nativeUser(),
            by: call.principal,
            in: call.reader
        )
        let answer = Answer.json(reserving: 64 + keys.count * 512) { json in
            json.object { json in
                json.name("keys")
                json.array { json in
                    for key in keys { SSHKeyRecord(key, of: user).write(to: &json) }
                }
            }
        }
        return Revision.tagged(answer, try call.reader.revision())
    }

    @Sendable private func add(_ call: Call) async throws -> Response {
        let principal = try call.callerForTaggedChange
        let (user, key, isNew) = try await keys.add(to: try call.nativeUser(), by: principal) {
            () throws(MusterError) in
            let body = try call.readObject(SSHKeyBody.init)
            return (body.key, body.password.map { Secret($0) })
        }
        let response = Response.json(isNew ? .created : .ok) { json in
            SSHKeyRecord(key, of: user).write(to: &json)
        }
        return Revision.changed(response, by: principal)
    }

    @Sendable private func remove(_ call: Call) async throws -> Response {
        let reference = try call.nativeUser()
        let principal = try call.callerForTaggedChange
        let fingerprint = { () throws(MusterError) in try call.decodedParameter("fingerprint") }
        try await keys.remove(fingerprint: fingerprint, from: reference, by: principal)
        return Revision.changed(Response(status: .noContent), by: principal)
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
