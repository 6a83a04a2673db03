import ActiveLogicAPI
import ClientTransport
import NIOHTTP1
import TextBytes
import WireJSON

/// The first question to a server, by which somebody comes in.
protocol Greeting: Sendable {
    /// Asks.
    ///
    /// - Throws: ``ActiveLogicError`` of kind ``ActiveLogicError/Kind/pldbIOError`` or
    ///   ``ActiveLogicError/Kind/pldbCapabilityError``.
    func send(over transport: Transport) async throws(ActiveLogicError) -> Handshake
}

/// The beginning of a session.
struct Login: Greeting {
    let username: String
    let password: Secret<String>
    let code: Secret<String>?

    /// Logs in.
    ///
    /// - Throws: ``ActiveLogicError`` of kind ``ActiveLogicError/Kind/pldbIOError`` or
    ///   ``ActiveLogicError/Kind/pldbCapabilityError``.
    func send(over transport: Transport) async throws(ActiveLogicError) -> Handshake {
        let request = Request(.POST, "/sessions") { json in
            json.member("username", username)
            password.withExposedValue { json.member("password", $0) }
            code?.withExposedValue { json.member("verification_code", $0) }
        }
        let answer = try await transport.answer(request, nil)
        switch answer.status {
        case 200..<300: break
        case 404, 405: throw .notActiveLogic(requestID: answer.requestID)
        default: throw ActiveLogicError(answer, to: request)
        }
        guard let object = try? answer.object(), case .string(let token)? = object["token"],
            let credentials = Credentials(token: token),
            let handshake = Handshake(object, credentials)
        else { throw .notActiveLogic(requestID: answer.requestID) }
        return handshake
    }
}

/// The first question of somebody who has API keys, and needs no session.
struct KeyCheck: Greeting {
    let keys: Credentials

    /// Asks whose the keys are.
    ///
    /// - Throws: ``ActiveLogicError`` of kind ``ActiveLogicError/Kind/pldbIOError`` or
    ///   ``ActiveLogicError/Kind/pldbCapabilityError``.
    func send(over transport: Transport) async throws(ActiveLogicError) -> Handshake {
        let request = Request(.GET, "/sessions")
        let answer = try await transport.answer(request, keys.fields)
        switch answer.status {
        case 200..<300: break
        case 404: throw .notActiveLogic(requestID: answer.requestID)
        case 405: throw .apiKeysUnsupported(requestID: answer.requestID)
        default: throw ActiveLogicError(answer, to: request)
        }
        guard let object = try? answer.object(), let handshake = Handshake(object, keys) else {
            throw .notActiveLogic(requestID: answer.requestID)
        }
        return handshake
    }
}

/// What a server says to whoever comes in.
struct Handshake: Sendable {
    let credentials: Credentials
    let user: User
    let capabilities: Set<ActiveLogic.Capability>

    /// Reads the answer; nil if it is something else.
    init?(_ object: JSONObject, _ credentials: Credentials) {
        guard let record = object["user"].flatMap({ UserRecord($0) }) else { return nil }
        self.credentials = credentials
        user = User(record)
        guard case .array(let names)? = object["capabilities"] else {
            capabilities = []
            return
        }
        capabilities = Set(
            names.compactMap { name in
                // They are hashed: a capability has a short name.
                guard case .string(let name) = name, name.utf8.count <= TextLimit.word else {
                    return nil
                }
                return ActiveLogic.Capability(rawValue: name)
            }
        )
    }
}
