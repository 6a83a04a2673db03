import ClientTransport
import MusterCore
import NIOCore
import NIOHTTP1
import WireJSON

/// A server, as the commands see it.
struct Server: Sendable {
    /// What is done to a path.
    enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    /// Its address, for sentences.
    let address: String
    /// What the caller shows it.
    let proof: Destination.Proof
    /// The way there, for those who send or read more than fits into memory.
    let transport: Transport
    /// The header fields that say who asks.
    let credentials: ClientTransport.Secret<HTTPHeaders>?

    /// Gets ready; nothing is sent yet.
    ///
    /// - Parameters:
    ///   - address: Its address, for sentences.
    ///   - proof: Where the credentials come from, for sentences.
    ///   - transport: The way there.
    ///   - credentials: Who asks.
    /// - Throws: ``CommandError`` where credentials hold what no server has given.
    init(
        address: String,
        proof: Destination.Proof,
        transport: Transport,
        credentials: Credentials?
    ) throws(CommandError) {
        self.address = address
        self.proof = proof
        self.transport = transport
        self.credentials = try CredentialFields.fields(credentials, proof)
    }

    /// Asks, and takes no failure for an answer.
    ///
    /// - Parameters:
    ///   - method: What is done.
    ///   - path: To what.
    ///   - missing: What to say where the path names nothing; nil says what the server says.
    ///   - members: Writes the members of the body.
    /// - Returns: The object in the answer, empty where it has none.
    /// - Throws: ``CommandError``.
    @discardableResult
    func ask(
        _ method: Method,
        _ path: ServerPath,
        missing: String? = nil,
        _ members: ((inout JSONWriter) -> Void)? = nil
    ) async throws(CommandError) -> JSONObject {
        try await object(try await answer(method, path, members), missing: missing)
    }

    /// Asks for a change that needs the caller's present password, and takes no failure for an answer.
    ///
    /// The Tenable dialect refuses a wrong one with the status for what is malformed, but in its back end's envelope,
    /// which it has for nothing else there.
    ///
    /// - Throws: ``CommandError``, with status `refused` for a wrong password.
    func askWithPassword(
        _ method: Method,
        _ path: ServerPath,
        _ members: @escaping (inout JSONWriter) -> Void
    ) async throws(CommandError) {
        do throws(CommandError) {
            try await ask(method, path, members)
        } catch {
            guard error.status == .badInput, error.told?.isBackEnd == true else { throw error }
            throw CommandError(.refused, error.message)
        }
    }

    /// The object in an answer, empty where it has none.
    ///
    /// - Parameters:
    ///   - answer: The answer.
    ///   - missing: What to say where the path named nothing; nil says what the server says.
    /// - Returns: The object.
    /// - Throws: ``CommandError`` where the answer is no success.
    func object(
        _ answer: Answer,
        missing: String? = nil
    ) async throws(CommandError) -> JSONObject {
        guard (200..<300).contains(answer.status) else {
            let error = await failure(answer)
            if let missing, error.status == .notFound { throw CommandError(.notFound, missing) }
            throw error
        }
        guard answer.body.readableBytes > 0 else { return JSONObject() }
        guard case .object(let object)? = answer.json else {
            throw CommandError(
                .protocolMismatch,
                "The answer of \(address) is not what a Muster server says. Check the address."
            )
        }
        return object
    }

    /// Asks, and hands over the answer, of whatever status.
    ///
    /// - Throws: ``CommandError`` where there is no answer.
    func answer(
        _ method: Method,
        _ path: ServerPath,
        _ members: ((inout JSONWriter) -> Void)? = nil
    ) async throws(CommandError) -> Answer {
        try await answer(request(method, path, members))
    }

    /// Sends a request, and hands over the answer, of whatever status.
    ///
    /// - Throws: ``CommandError`` where there is no answer.
    func answer(_ request: Request) async throws(CommandError) -> Answer {
        do {
            return try await transport.send(request, credentials)
        } catch {
            throw await CommandError.explaining(error, at: address, isRead: request.isRead)
        }
    }

    /// The request, for those who send it themselves.
    func request(
        _ method: Method,
        _ path: ServerPath,
        _ members: ((inout JSONWriter) -> Void)? = nil
    ) -> Request {
        let verb = HTTPMethod(rawValue: method.rawValue)
        guard let members else { return Request(verb, path.route, path: path.text) }
        return Request(verb, path.route, path: path.text, members)
    }

    /// What to say of an answer that is no success.
    ///
    /// The Tenable dialect has one status for whatever is forbidden, and no codes. So the native API is asked whether it
    /// is for the sake of a temporary password.
    func failure(_ answer: Answer) async -> CommandError {
        let failure = AnswerFailure(address: address, proof: proof)
        let error = failure.error(answer)
        guard answer.status == 403, let told = error.told, told.code == nil else { return error }
        let path = ServerPath("/muster/v1/sessions").with([("limit", "1")])
        guard await mustChangePassword(to: path) else { return error }
        return CommandError(.denied, AnswerFailure.choosingAnother(proof))
    }

    /// Whether the caller has to choose another password before it is shown anything.
    ///
    /// - Parameter path: Something of the native API that every other caller is shown.
    /// - Returns: False also where there is no answer.
    func mustChangePassword(to path: ServerPath) async -> Bool {
        guard let answer = try? await answer(.get, path) else { return false }
        return answer.status == 403 && ToldError(answer)?.isCode(.passwordChangeRequired) == true
    }
}
