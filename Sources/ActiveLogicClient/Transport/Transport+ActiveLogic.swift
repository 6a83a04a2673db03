import ClientTransport
import NIOHTTP1

extension Transport {
    /// Gets ready to talk to a server; nothing is sent yet.
    ///
    /// - Throws: ``ActiveLogicError`` with code `option_invalid` where the address or a certificate cannot be
    ///   used.
    convenience init(
        to address: String,
        _ options: ActiveLogic.Options
    ) throws(ActiveLogicError) {
        do {
            let server = try ServerAddress(
                address,
                allowsPlaintext: options.allowsPlaintext,
                base: "/activelogic/v1"
            )
            try self.init(server, options.transport)
        } catch {
            throw ActiveLogicError(error)
        }
    }

    /// Sends a request until there is an answer, or no further attempt is safe.
    ///
    /// - Returns: The answer, of whatever status.
    /// - Throws: ``ActiveLogicError`` of kind ``ActiveLogicError/Kind/pldbIOError``.
    func answer(
        _ request: Request,
        _ credentials: Secret<HTTPHeaders>?
    ) async throws(ActiveLogicError) -> Answer {
        do {
            return try await send(request, credentials)
        } catch {
            throw ActiveLogicError(error, of: request)
        }
    }
}
