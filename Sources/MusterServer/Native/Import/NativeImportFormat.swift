import MusterAPI
import MusterCore
import WireJSON

/// The lines of an import in the native API: JSON objects with the fields of a user.
struct NativeImportFormat: ImportFormat {
    func read(_ line: LineSplitter.Line) throws(MusterError) -> ImportLine { try ImportLine(line) }

    func line(
        _ line: LineSplitter.Line,
        with hash: PasswordHash
    ) throws(MusterError) -> ArraySlice<UInt8> {
        var body = try ImportBody(line)
        body.user.password = nil
        body.passwordHash = hash.text
        var json = JSONWriter(reserving: 1024)
        body.write(to: &json)
        return json.bytes[...]
    }
}

extension ImportLine {
    /// Reads a line of an import: a JSON object with the fields of a user.
    ///
    /// - Throws: ``MusterError`` with code `input.malformed`, `input.invalid` or `user.username_invalid`, with
    ///   the field's name where it is one field's fault.
    init(_ line: LineSplitter.Line) throws(MusterError) {
        let body = try ImportBody(line)
        let username = try Username(body.user.username ?? "")
        self.init(number: line.number, username: username)
        roleField = body.roleField ?? roleField
        changes = try body.user.changes(of: username, roleField: roleField)
        changes.username = nil
        if let (field, name) = body.role { changes.role = try Role(word: name, field: field) }
        if let hash = body.passwordHash {
            password = .hash(Secret(hash))
        } else if let plain = body.user.password {
            password = .plain(Secret(plain))
        }
        isPasswordTemporary = body.isPasswordTemporary
        groups = body.groups
        sshKeys = body.sshKeys
        person = try ImportPerson(body)
    }
}

extension ImportBody {
    /// Reads a line's object.
    ///
    /// - Throws: ``MusterError`` with code `input.malformed` or `input.invalid`.
    init(_ line: LineSplitter.Line) throws(MusterError) {
        let object = try ImportBody.object(line)
        do {
            self = try ImportBody(object)
        } catch {
            throw .invalid(error.field, rule: error.rule)
        }
    }

    private static func object(_ line: LineSplitter.Line) throws(MusterError) -> JSONObject {
        guard let bytes = line.bytes else {
            throw MusterError(
                .inputMalformed,
                "The line has more than \(LineSplitter.maximumLength) bytes."
            )
        }
        let value: JSONValue
        do {
            value = try JSONValue(parsing: bytes)
        } catch {
            throw MusterError(
                .inputMalformed,
                "The line is not JSON: \(error.message), at byte \(error.offset)."
            )
        }
        guard case .object(let object) = value else {
            throw MusterError(.inputMalformed, "The line must be an object, not \(value.kind).")
        }
        return object
    }
}
