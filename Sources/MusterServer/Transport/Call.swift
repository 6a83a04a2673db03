import HTTPTypes
import Hummingbird
import MusterCore
import NIOCore
import TenableAPI
import TextBytes
import WireJSON

/// One request on its way to a service: who asks, for what, with which input.
struct Call: Sendable {
    let request: Request
    let context: MusterRequestContext
    let origin: Origin
    let body: ByteBuffer
    let authenticated: Principal?
    /// The room that the body takes, given back with the call.
    let share: ArrivalShare

    /// Who asks.
    ///
    /// - Throws: ``MusterError`` with code `credentials.missing`.
    var principal: Principal {
        get throws(MusterError) {
            guard let authenticated else { throw Call.noCredentials }
            return authenticated
        }
    }

    /// The answer to somebody who does not say who is calling.
    static var noCredentials: MusterError {
        MusterError(.credentialsMissing, "Missing authentication")
    }

    /// Who asks to change users, and at which revision alone it wants to (`If-Match`).
    ///
    /// - Throws: ``MusterError`` with code `credentials.missing`, or `input.invalid` where the field holds
    ///   something else than a revision.
    var changer: Principal {
        get throws(MusterError) {
            var principal = try principal
            principal.origin.expectedRevision = try Revision.expected(request.headers)
            return principal
        }
    }

    /// A part of the path as it was sent, not decoded.
    func parameter(_ name: String) -> String {
        context.parameters.get(name) ?? ""
    }

    /// The query.
    ///
    /// - Throws: ``MusterError`` with code `input.malformed`.
    func query() throws(MusterError) -> QueryItems {
        try QueryItems(request.uri.query ?? "")
    }

    /// Whether it is a stranger's, with a body that is longer than those of nearly every request.
    var isLongOfStranger: Bool {
        share.isStrangers && body.readableBytes > ArrivalShare.free
    }

    /// How many bytes of a caller's body are read where they came in; a mebibyte of JSON takes some 50 ms.
    private static let mostReadAtOnce = 32_768

    /// Whether reading the body takes so long that others would wait for it.
    var isLong: Bool { body.readableBytes > Call.mostReadAtOnce }

    /// Whether nothing was sent at all.
    var hasNoBody: Bool { body.readableBytes == 0 }

    /// The body's object.
    ///
    /// Nothing at all is an empty object: clients leave out what they have not got.
    ///
    /// - Throws: ``MusterError`` with code `input.malformed` or `request.unsupported_media_type`.
    func payload() throws(MusterError) -> Payload {
        Payload(try bodyObject())
    }

    /// The body's object, for either dialect.
    ///
    /// - Throws: ``MusterError`` with code `input.malformed` or `request.unsupported_media_type`.
    func bodyObject() throws(MusterError) -> JSONObject {
        guard !hasNoBody else { return JSONObject() }
        if let type = request.headers[.contentType], type.begins(with: "multipart/") {
            throw MusterError(
                .unsupportedMediaType,
                "Send the body as application/json, not as \(type.head(60).lowercased())."
            )
        }
        return try Call.object(body)
    }

    private static func object(_ body: ByteBuffer) throws(MusterError) -> JSONObject {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: body.readableBytesView)
        } catch {
            throw Call.malformed("\(error.message), at byte \(error.offset)")
        }
        guard case .object(let object) = value else {
            throw Call.malformed("the body must be an object, not \(value.kind)")
        }
        return object
    }

    /// The service's own sentence, and what exactly is wrong, which goes into a header field of the answer.
    private static func malformed(_ hint: String) -> MusterError {
        MusterError(
            .inputMalformed,
            "Invalid request payload JSON format",
            details: ["hint": hint]
        )
    }

    /// The body's object, read by `read`, whose complaints become the directory's.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`, `input.malformed` or
    ///   `request.unsupported_media_type`.
    func input<Input>(
        _ read: (Payload) throws(PayloadError) -> Input
    ) throws(MusterError) -> Input {
        let payload = try payload()
        do {
            return try read(payload)
        } catch {
            throw .invalid(error.field, error.message)
        }
    }
}
