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
        ActiveLogicRoutes.userReadings("/keys", in: directory, list)
            + ActiveLogicRoutes.userRoutes(.post, "/keys", add)
            + ActiveLogicRoutes.userRoutes(.delete, "/keys", remove)
    }

    @Sendable private func list(
        _ reference: UserReference,
        _ call: ReadCall
    ) throws(MusterError) -> Answer? {
        let revision = try call.reader.revision()
        let (user, keys) = try keys.list(of: reference, by: call.principal, in: call.reader)
        if Revision.isKnown(revision, call.knownTags) { return Revision.unchanged(revision) }
        let answer = Answer.json(reserving: 64 + keys.count * 512) { json in
            json.object { json in
                json.name("keys")
                json.array { json in
                    for key in keys { KeyRecord(key, of: user).write(to: &json) }
                }
            }
        }
        return Revision.tagged(answer, revision)
    }

    @Sendable private func add(_ call: Call) async throws -> Response {
        let principal = try call.callerForTaggedChange
        // The dialect has no place for a password and knows no second factor: who has none goes on as its clients expect.
        let (user, key, isNew) = try await keys.add(
            to: try call.activeLogicUser(),
            by: principal,
            isFreeWithoutFactor: true
        ) { () throws(MusterError) in (try keyLine(call), nil) }
        let response = Response.json(isNew ? .created : .ok) { json in
            KeyRecord(key, of: user).write(to: &json)
        }
        return Revision.changed(response, by: principal)
    }

    @Sendable private func remove(_ call: Call) async throws -> Response {
        let principal = try call.callerForTaggedChange
        try await keys.remove(from: try call.activeLogicUser(), by: principal) {
            () throws(MusterError) in
            try keyLine(call)
        }
        return Revision.changed(Response(status: .noContent), by: principal)
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
