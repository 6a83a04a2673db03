public import WireJSON

/// How a server is: the answer to `GET /server/status`, which everybody gets.
public struct ServerStatusRecord: Sendable, Equatable {
    /// `status`: `ready`.
    public var status: String

    /// Builds a record.
    public init(status: String) {
        self.status = status
    }

    /// Writes the record.
    public func write(to json: inout JSONWriter) {
        json.object { $0.member("status", status) }
    }

    /// Reads a record; members that it does not know are passed over.
    ///
    /// - Throws: ``FieldError`` where the member is missing or something else.
    public init(_ object: JSONObject) throws(FieldError) {
        status = try NativeFields(object).text("status").required("status")
    }
}

/// What a server is: the answer to `GET /server/properties`, for those who have come in.
public struct ServerPropertiesRecord: Sendable, Equatable {
    /// `version`: of the program, `X.Y.Z`.
    public var version: String

    /// Builds a record.
    public init(version: String) {
        self.version = version
    }

    /// Writes the record.
    public func write(to json: inout JSONWriter) {
        json.object { $0.member("version", version) }
    }

    /// Reads a record; members that it does not know are passed over.
    ///
    /// - Throws: ``FieldError`` where the member is missing or something else.
    public init(_ object: JSONObject) throws(FieldError) {
        version = try NativeFields(object).text("version").required("version")
    }
}
