import ClientTransport
import MusterClient
import MusterCore

/// A server, as the commands see it: the typed client, and in whose words its failures are told.
struct Server: Sendable {
    /// Its address, for sentences.
    let address: String
    /// What the caller shows it.
    let proof: Destination.Proof
    /// The calls that it answers.
    let client: MusterClient
    /// Whether the caller shows anything.
    let hasCredentials: Bool

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
        client = MusterClient(transport, try CredentialFields.fields(credentials, proof))
        hasCredentials = credentials != nil
    }

    /// Makes a call, and tells of its failure in the words of the command line.
    ///
    /// - Parameters:
    ///   - noun: What the answer should hold.
    ///   - missing: What to say where the call names nothing that is there; nil says what the server says.
    ///   - call: The call.
    /// - Returns: What the call returns.
    /// - Throws: ``CommandError``.
    @discardableResult
    func ask<Result: Sendable>(
        _ noun: String = "record",
        missing: String? = nil,
        _ call: (MusterClient) async throws -> Result
    ) async throws(CommandError) -> Result {
        do {
            return try await call(client)
        } catch {
            let error = await explained(error, noun)
            if let missing, error.status == .notFound { throw CommandError(.notFound, missing) }
            throw error
        }
    }

    /// What to say of a call that failed.
    func explained(_ error: any Error, _ noun: String = "record") async -> CommandError {
        switch error {
        case let error as CommandError: return error
        case let error as MusterClientError:
            guard let failure = error.failure else {
                return AnswerFailure(address: address, proof: proof).error(error, noun)
            }
            if let refusal = failure.cause as? CommandError { return refusal }
            return await CommandError.explaining(
                failure,
                at: address,
                isRead: !error.isOutcomeUnknown
            )
        default: return CommandError(.fault, "\(error)")
        }
    }
}
