import ClientTransport
import TenableAPI

extension TenableIO {
    /// Sends a request that is answered with a record.
    ///
    /// - Throws: ``TenableError``; of kind ``TenableError/Kind/malformedAnswer`` where the answer is something
    ///   else.
    func record<Record>(
        _ request: Request,
        _ read: (JSONObject) throws(TenableFieldError) -> Record
    ) async throws(TenableError) -> Record {
        try TenableIO.read(try await send(request), request, read)
    }

    /// Sends a request that is answered with a list of records under a name.
    ///
    /// - Throws: As for one record.
    func records<Record>(
        _ request: Request,
        under name: String,
        _ read: (JSONObject) throws(TenableFieldError) -> Record
    ) async throws(TenableError) -> [Record] {
        try await record(request) { object throws(TenableFieldError) in
            try (object[name] ?? .null).records(name, read)
        }
    }

    private static func read<Record>(
        _ answer: Answer,
        _ request: Request,
        _ read: (JSONObject) throws(TenableFieldError) -> Record
    ) throws(TenableError) -> Record {
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

extension JSONValue {
    /// Reads the records in an array.
    ///
    /// - Throws: `TenableFieldError` where it is none.
    func records<Record>(
        _ name: String,
        _ read: (JSONObject) throws(TenableFieldError) -> Record
    ) throws(TenableFieldError) -> [Record] {
        guard let objects else {
            throw TenableFieldError(field: name, rule: "must be an array of objects")
        }
        var records: [Record] = []
        records.reserveCapacity(objects.count)
        for object in objects { records.append(try read(object)) }
        return records
    }
}
