import HTTPTypes
import Hummingbird
import MusterAPI
import MusterCore
import WireJSON

/// Sessions in the native API.
struct NativeSessionRoutes {
    private let sessions: SessionService

    init(_ directory: Directory) {
        sessions = SessionService(directory)
    }

    var routes: [Route] {
        [
            NativeRoutes.route(.get, "/sessions", isList: true, list),
            NativeRoutes.route(.delete, "/sessions/:id", revoke),
            NativeRoutes.route(.delete, "/users/:ref/sessions", revokeAll),
        ]
    }

    @Sendable private func list(_ call: Call) async throws -> Response {
        let principal = try call.principal
        let list = try sessions.list(by: principal) { () throws(MusterError) in
            let items = try call.query()
            let limit = try items.limit(upTo: SessionQuery.maximumLimit)
            let user = items["user"].map { UserReference(native: $0) }
            return (user, limit ?? SessionQuery.maximumLimit)
        }
        return Response.json(reserving: 64 + list.sessions.count * 256) { json in
            json.object { json in
                json.name("sessions")
                json.array { json in
                    for owned in list.sessions {
                        SessionRecord(owned, seenBy: principal).write(to: &json)
                    }
                }
                json.member("total", list.total)
            }
        }
    }

    @Sendable private func revoke(_ call: Call) async throws -> Response {
        try await sessions.revoke(SessionID(call.parameter("id")), by: try call.changer)
        return Response(status: .noContent)
    }

    @Sendable private func revokeAll(_ call: Call) async throws -> Response {
        try await sessions.revokeAll(of: try call.nativeUser(), by: try call.changer)
        return Response(status: .noContent)
    }
}

extension SessionRecord {
    /// The record of a session.
    fileprivate init(_ owned: OwnedSession, seenBy principal: Principal) {
        let session = owned.session
        self.init(
            id: SessionID(session.digest).text,
            userID: session.user.rawValue,
            username: owned.owner.text,
            createdAt: session.createdAt.rawValue,
            lastSeenAt: session.lastSeenAt.rawValue,
            address: session.address?.description,
            isCurrent: principal.sessionDigest?.matches(session.digest) ?? false
        )
    }
}
