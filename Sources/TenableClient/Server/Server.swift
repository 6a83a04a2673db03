import ClientTransport
import NIOHTTP1
import TenableAPI
import TextBytes

extension TenableIO {
    /// The server itself.
    public var server: Server { Server(tio: self) }

    /// The server itself: the calls of pyTenable's `tio.server`.
    public struct Server: Sendable {
        let tio: TenableIO
    }

    /// How a server is.
    public struct ServerStatus: Sendable, Equatable {
        /// The whole record.
        public let json: JSONObject
        /// One word: `ready`.
        public let status: String
        /// The same as a number: 200.
        public let code: Int?

        /// Reads a record.
        ///
        /// - Throws: `TenableFieldError`.
        init(_ json: JSONObject) throws(TenableFieldError) {
            let fields = TenableFields(json, upTo: TextLimit.answer)
            self.json = json
            status = try fields.requiredText("status")
            code = try fields.integer("code").map { Int(clamping: $0) }
        }
    }
}

extension TenableIO.Server {
    /// Asks how the server is.
    ///
    /// - Throws: ``TenableError``.
    public func status() async throws(TenableError) -> TenableIO.ServerStatus {
        try await tio.record(Request(.GET, "/server/status")) { object throws(TenableFieldError) in
            try TenableIO.ServerStatus(object)
        }
    }

    /// Reads what kind of server it is.
    ///
    /// - Returns: The whole record, which differs from server to server.
    /// - Throws: ``TenableError``.
    public func properties() async throws(TenableError) -> JSONObject {
        try await tio.record(Request(.GET, "/server/properties")) { object in object }
    }
}
