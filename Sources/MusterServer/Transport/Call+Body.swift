import HTTPTypes
import HummingbirdCore
import MusterCore
import NIOCore
import TextBytes
import WireJSON

/// What a dialect says of a member of a body that is not what it has to be.
protocol FieldComplaint: Error {
    /// The member.
    var field: String { get }
    /// What is wrong with it, in the dialect's words.
    var message: String { get }
    /// The same without the member's name at its beginning; nil if the dialect has no use for that.
    var ruleAlone: String? { get }
    /// Whether it is of the wrong type, where the dialect tells that from a wrong value.
    var isOfType: Bool { get }
}

extension FieldComplaint {
    var isOfType: Bool { false }
    var ruleAlone: String? { nil }
}

extension Call {
    /// The body's object, read by `read`, whose complaints become the directory's.
    ///
    /// - Throws: ``MusterError`` with code `input.type`, `input.invalid`, `input.malformed` or
    ///   `request.unsupported_media_type`.
    func read<Phrases: FieldPhrases, Input>(
        _ read: (JSONFields<Phrases>) throws(Phrases.Failure) -> Input
    ) throws(MusterError) -> Input where Phrases.Failure: FieldComplaint {
        try readObject { (object: JSONObject) throws(Phrases.Failure) in
            try read(JSONFields(object))
        }
    }

    /// The body's object, read by `read`, whose complaints become the directory's.
    ///
    /// - Throws: ``MusterError`` with code `input.type`, `input.invalid`, `input.malformed` or
    ///   `request.unsupported_media_type`.
    func readObject<Input, Complaint: FieldComplaint>(
        _ read: (JSONObject) throws(Complaint) -> Input
    ) throws(MusterError) -> Input {
        let object = try bodyObject()
        do {
            return try read(object)
        } catch {
            var told = MusterError.invalid(error.field, error.message)
            if error.isOfType { told.code = .inputType }
            told.details["rule"] = error.ruleAlone
            throw told
        }
    }

    /// The body's object.
    ///
    /// Nothing at all is an empty object: clients leave out what they have not got.
    ///
    /// - Throws: ``MusterError`` with code `input.malformed` or `request.unsupported_media_type`.
    func bodyObject() throws(MusterError) -> JSONObject {
        try bodyObject(reading: Array(body.readableBytesView))
    }

    /// The body's object from a program that writes bytes as texts, whatever they are: U+FFFD stands in the place of what is no
    /// UTF-8.
    ///
    /// - Returns: The object, and whether anything was replaced in it.
    /// - Throws: ``MusterError`` as ``bodyObject()``.
    func mendedBodyObject() throws(MusterError) -> (object: JSONObject, isMended: Bool) {
        let bytes = Array(body.readableBytesView)
        guard String(validating: bytes, as: UTF8.self) == nil else {
            return (try bodyObject(reading: bytes), false)
        }
        return (try bodyObject(reading: Array(String(decoding: bytes, as: UTF8.self).utf8)), true)
    }

    private func bodyObject(reading bytes: [UInt8]) throws(MusterError) -> JSONObject {
        guard !hasNoBody else { return JSONObject() }
        if let type = request.headers[.contentType], type.begins(with: "multipart/") {
            throw MusterError(
                .unsupportedMediaType,
                "Send the body as application/json, not as \(type.head(60).lowercased())."
            )
        }
        let value: JSONValue
        do {
            value = try JSONValue(parsing: bytes)
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
}
