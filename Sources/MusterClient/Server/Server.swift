import ClientTransport
import NIOHTTP1

extension MusterClient {
    /// The server itself.
    public var server: Server { Server(client: self) }

    /// What a server says of itself.
    public struct Server: Sendable {
        let client: MusterClient
    }
}

extension MusterClient.Server {
    /// Asks whether the server is ready; needs no credentials.
    ///
    /// - Throws: ``MusterClientError``.
    public func status() async throws(MusterClientError) -> ServerStatusRecord {
        try await client.record(Request(.GET, RequestPath("/server/status"))) {
            object throws(FieldError) in try ServerStatusRecord(object)
        }
    }

    /// Asks for the program's version.
    ///
    /// - Throws: ``MusterClientError``.
    public func properties() async throws(MusterClientError) -> ServerPropertiesRecord {
        try await client.record(Request(.GET, RequestPath("/server/properties"))) {
            object throws(FieldError) in try ServerPropertiesRecord(object)
        }
    }

    /// Lists the masks' bits and their names.
    ///
    /// - Throws: ``MusterClientError``.
    public func maskBits() async throws(MusterClientError) -> [MaskBitRecord] {
        try await client.record(Request(.GET, RequestPath("/masks"))) {
            object throws(FieldError) in
            try RecordList(object, "bits") { bit throws(FieldError) in try MaskBitRecord(bit) }
                .records
        }
    }

    /// Asks whether a name and a password belong together, and what that user may do.
    ///
    /// Begins no session. For whoever may look at users.
    ///
    /// - Throws: ``MusterClientError``: with code `login.failed` where they do not, or the user may not come from there.
    public func authenticate(
        _ body: AuthenticateBody
    ) async throws(MusterClientError) -> MasksRecord {
        let request = Request(.POST, RequestPath("/authenticate")) { body.write(to: &$0) }
        return try await client.record(request) { object throws(FieldError) in
            try MasksRecord(object)
        }
    }
}
