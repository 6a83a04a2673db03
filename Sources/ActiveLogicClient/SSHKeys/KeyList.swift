import ActiveLogicAPI
import ClientTransport
import NIOHTTP1
import WireJSON

/// The list of a user's keys.
struct KeyList {
    let session: Session
    let target: UserRef.Target

    /// Reads the keys.
    ///
    /// - Throws: ``ActiveLogicError``.
    func fetch(known: Int64?) async throws(ActiveLogicError) -> Fetched<UserPubKey> {
        var request = Request(.GET, target.route + "/keys", path: try target.path() + "/keys")
        request.know(known)
        let answer = try await session.send(request)
        if answer.isUnchanged { return .unchanged }
        guard case .array(let values)? = try answer.object()["keys"] else {
            throw .malformedAnswer(requestID: answer.requestID)
        }
        let keys = values.compactMap { value in KeyRecord(value).map { UserPubKey($0) } }
        guard keys.count == values.count else {
            throw .malformedAnswer(requestID: answer.requestID)
        }
        return .list(keys, revision: answer.revision)
    }
}
