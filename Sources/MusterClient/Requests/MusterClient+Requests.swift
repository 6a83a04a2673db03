import ClientTransport
import WireJSON

extension MusterClient {
    /// Sends a request.
    ///
    /// - Returns: The answer, which is a success.
    /// - Throws: ``MusterClientError``.
    @discardableResult
    func send(_ request: Request) async throws(MusterClientError) -> Answer {
        try connection.requireOpen()
        let answer: Answer
        do {
            answer = try await connection.transport.send(request, connection.credentials)
        } catch {
            throw MusterClientError(error, of: request)
        }
        guard (200..<300).contains(answer.status) else {
            throw MusterClientError(answer, to: request)
        }
        return answer
    }

    /// Sends a request that is answered with a record.
    ///
    /// - Throws: ``MusterClientError``; of kind ``MusterClientError/Kind/malformedAnswer`` where the answer is
    ///   something else.
    func record<Record>(
        _ request: Request,
        _ read: (JSONObject) throws(FieldError) -> Record
    ) async throws(MusterClientError) -> Record {
        try MusterClient.record(try await send(request), request, read)
    }

    /// Sends a request that is answered with a record and the revision at which it was read.
    ///
    /// - Throws: As for a record alone.
    func revised<Record>(
        _ request: Request,
        _ read: (JSONObject) throws(FieldError) -> Record
    ) async throws(MusterClientError) -> Revised<Record> {
        let answer = try await send(request)
        let record = try MusterClient.record(answer, request, read)
        return Revised(record: record, revision: Revision(answer.fields))
    }

    /// The record in an answer.
    ///
    /// - Throws: ``MusterClientError`` of kind ``MusterClientError/Kind/malformedAnswer``.
    static func record<Record>(
        _ answer: Answer,
        _ request: Request,
        _ read: (JSONObject) throws(FieldError) -> Record
    ) throws(MusterClientError) -> Record {
        guard case .object(let object)? = answer.json else {
            throw .malformedAnswer(answer, to: request)
        }
        do {
            return try read(object)
        } catch {
            throw .malformedAnswer(answer, to: request, error)
        }
    }
}
