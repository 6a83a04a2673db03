import ClientTransport
import NIOHTTP1
import TenableAPI
import WireJSON

/// The beginning of a session.
struct Login: Sendable {
    let username: String
    let password: Secret<String>
    let code: Secret<String>?

    /// Logs in.
    ///
    /// - Returns: The session's token.
    /// - Throws: ``TenableError``.
    func send(over transport: Transport) async throws(TenableError) -> Credentials {
        let request = Request(.POST, "/session") { json in
            password.withExposedValue { password in
                let code = code?.withExposedValue { $0 }
                LoginBody(username: username, password: password, code: code)
                    .writeMembers(to: &json)
            }
        }
        let answer: Answer
        do {
            answer = try await transport.send(request, nil)
        } catch {
            throw TenableError(error, of: request)
        }
        guard (200..<300).contains(answer.status) else { throw TenableError(answer, to: request) }
        guard case .object(let object)? = answer.json, case .string(let token)? = object["token"],
            let credentials = try? Credentials.token(checking: token)
        else { throw .malformedAnswer(answer, to: request) }
        return credentials
    }
}
