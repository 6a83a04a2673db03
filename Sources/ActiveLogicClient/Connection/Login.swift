import ActiveLogicAPI
import ClientTransport
import NIOHTTP1
import TextBytes
import WireJSON

/// The beginning of a session.
struct Login: Sendable {
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
        let answer = try await transport.send(request, token: nil)
        switch answer.status {
        case 200..<300: break
        case 404, 405: throw .notActiveLogic(requestID: answer.requestID)
        default: throw ActiveLogicError(answer, to: request)
        }
        guard let handshake = Handshake(answer) else {
            throw .notActiveLogic(requestID: answer.requestID)
        }
        return handshake
    }
}

/// What a server says when a session begins.
struct Handshake: Sendable {
    let token: Secret<String>
    let user: User
    let capabilities: Set<ActiveLogic.Capability>

    /// Reads the answer to a login; nil where it is something else.
    init?(_ answer: Answer) {
        guard let object = try? answer.object(), case .string(let token)? = object["token"],
            Handshake.isToken(token), let record = object["user"].flatMap({ UserRecord($0) })
        else { return nil }
        self.token = Secret(token)
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

    /// Whether a text can stand in a header field; one that cannot would be shown by whoever complains.
    private static func isToken(_ text: String) -> Bool {
        (1...4096).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}
