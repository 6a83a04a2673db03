import Testing
import WireJSON

@testable import MusterAPI

@Suite("Records and bodies of the native API are read as they were written")
struct RecordTests {
    private func object(_ text: String) throws -> JSONObject {
        guard case .object(let object) = try JSONValue(parsing: text.utf8) else {
            throw FieldError("body", "must be an object")
        }
        return object
    }

    private func text(_ write: (inout JSONWriter) -> Void) -> String {
        var json = JSONWriter()
        write(&json)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    /// A kind of record or body, with a text that has all of its members.
    struct Kind: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let written: String
        /// Reads an object and writes what was read.
        let copy: @Sendable (JSONObject) throws -> String
        /// Whether unknown members are refused, as in bodies; in records they are passed over.
        let isStrict: Bool
    }

    private static func kind<Record>(
        _ name: String,
        _ written: String,
        isStrict: Bool = false,
        _ read: @escaping @Sendable (JSONObject) throws -> Record,
        _ write: @escaping @Sendable (Record, inout JSONWriter) -> Void
    ) -> Kind {
        Kind(
            testDescription: name,
            written: written,
            copy: { object in
                let record = try read(object)
                var json = JSONWriter()
                write(record, &json)
                return String(decoding: json.bytes, as: UTF8.self)
            },
            isStrict: isStrict
        )
    }

    static let records: [Kind] = [
        kind(
            "group",
            #"{"id":3,"uuid":"u","name":"Scan","user_count":2,"managed_by_saml":true,"immutable":false}"#,
            { try GroupRecord($0) },
            { $0.write(to: &$1) }
        ),
        kind(
            "SSH key",
            #"{"username":"jane","key":"AAAA","type":"ssh-ed25519","fingerprint":"SHA256:x","added_at":7}"#,
            { try SSHKeyRecord($0) },
            { $0.write(to: &$1) }
        ),
        kind(
            "event",
            #"{"id":"e","action":"user.update","is_failure":true,"received":5,"actor":{"id":"a","name":"jane","#
                + #""type":"User"},"impersonated":null,"target":{"id":null,"name":"x","type":"Group"},"#
                + #""address":"192.0.2.1","request_id":"r","fields":[{"key":"name","value":"J"}]}"#,
            { try AuditEventRecord($0) },
            { $0.write(to: &$1) }
        ),
        kind(
            "new session",
            #"{"token":"t","user_id":7,"username":"jane"}"#,
            { try IssuedSessionRecord($0) },
            { $0.write(to: &$1) }
        ),
        kind(
            "API keys",
            #"{"access_key":"a","secret_key":"s"}"#,
            { try APIKeyPairRecord($0) },
            { $0.write(to: &$1) }
        ),
        kind(
            "masks",
            #"{"readbm":1,"writebm":2,"lviewbm":9223372036854775807}"#,
            { try MasksRecord($0) },
            { $0.write(to: &$1) }
        ),
        kind(
            "bit",
            #"{"index":62,"name":"Users"}"#,
            { try MaskBitRecord($0) },
            { $0.write(to: &$1) }
        ),
        kind(
            "status",
            #"{"status":"ready"}"#,
            { try ServerStatusRecord($0) },
            { $0.write(to: &$1) }
        ),
        kind(
            "properties",
            #"{"version":"1.2.3"}"#,
            { try ServerPropertiesRecord($0) },
            { $0.write(to: &$1) }
        ),
    ]

    static let bodies: [Kind] = [
        kind(
            "group",
            #"{"name":"Scan","managed_by_saml":false}"#,
            isStrict: true,
            { try GroupBody($0) },
            { $0.write(to: &$1) }
        ),
        kind(
            "SSH key",
            #"{"key":"ssh-ed25519 AAAA"}"#,
            isStrict: true,
            { try SSHKeyBody($0) },
            { $0.write(to: &$1) }
        ),
        kind(
            "password",
            #"{"password":"p","current_password":"c","temporary":true}"#,
            isStrict: true,
            { try NewPasswordBody($0) },
            { $0.write(to: &$1) }
        ),
        kind(
            "login",
            #"{"username":"jane","password":"p","verification_code":"123456"}"#,
            isStrict: true,
            { try LoginBody($0) },
            { $0.write(to: &$1) }
        ),
        kind(
            "authenticate",
            #"{"username":"jane","password":"p","address":"192.0.2.1"}"#,
            isStrict: true,
            { try AuthenticateBody($0) },
            { $0.write(to: &$1) }
        ),
        kind(
            "second factor",
            #"{"email_enabled":true,"sms_enabled":false,"sms_phone":"+49","password":"p"}"#,
            isStrict: true,
            { try SecondFactorBody($0) },
            { $0.write(to: &$1) }
        ),
        kind(
            "verification",
            #"{"sms_phone":"+49","password":"p"}"#,
            isStrict: true,
            { try SendVerificationBody($0) },
            { $0.write(to: &$1) }
        ),
        kind(
            "code",
            #"{"verification_code":"123456"}"#,
            isStrict: true,
            { try VerifyCodeBody($0) },
            { $0.write(to: &$1) }
        ),
    ]

    @Test("each is read as it was written", arguments: records + bodies)
    func roundTrip(_ kind: Kind) throws {
        #expect(try kind.copy(object(kind.written)) == kind.written)
    }

    @Test(
        "a member that is not known is refused in a body and passed over in a record",
        arguments: records + bodies
    )
    func strangers(_ kind: Kind) throws {
        let more = kind.written.dropLast() + #","usrname":1}"#
        if kind.isStrict {
            let error = #expect(throws: FieldError.self) { try kind.copy(object(String(more))) }
            #expect(error?.field == "usrname")
        } else {
            #expect(try kind.copy(object(String(more))) == kind.written)
        }
    }

    @Test("none is made of nothing, or of members of another type", arguments: records + bodies)
    func hostile(_ kind: Kind) throws {
        let isEmptyBody = kind.testDescription == "second factor"
        if !isEmptyBody {
            #expect(throws: FieldError.self) { try kind.copy(object("{}")) }
        }
        let members = try object(kind.written).members
        for (index, member) in members.enumerated() {
            var wrong = members
            wrong[index] = (member.name, .object(JSONObject()))
            #expect(throws: FieldError.self, "\(member.name)") {
                try kind.copy(JSONObject(wrong.map { ($0.name, $0.value) }))
            }
        }
    }

    @Test(
        "an answer without its list is no empty list",
        arguments: [
            "{}", #"{"users":null}"#, #"{"users":{}}"#, #"{"users":""}"#, #"{"users":0}"#,
            #"{"users":[1]}"#, #"{"users":[{},null]}"#, #"{"Users":[]}"#, #"{"user":[]}"#,
        ]
    )
    func missing(_ text: String) throws {
        let object = try object(text)
        let error = #expect(throws: FieldError.self) {
            try RecordList(object, "users") { _ throws(FieldError) in 0 }
        }
        #expect(error?.field == "users")
    }

    @Test("a list is read with its records, an empty one is empty, and its length has to be said")
    func lists() throws {
        let empty = try object(#"{"users":[],"total":7}"#)
        let list = try RecordList(empty, "users") { _ throws(FieldError) in 0 }
        #expect(try list.records.isEmpty && list.total() == 7)
        for text in [#"{"users":[{}]}"#, #"{"users":[{}],"total":-1}"#] {
            let list = try RecordList(object(text), "users") { _ throws(FieldError) in 0 }
            #expect(list.records.count == 1)
            #expect(throws: FieldError.self) { try list.total() }
        }
    }

    @Test("each line of an import's answer is read as it was written, and nothing else is one")
    func importAnswer() throws {
        for text in [
            #"{"checked":4096}"#, #"{"progress":7}"#,
            #"{"line":1,"result":"created","username":"ann","id":7,"administers_by":["permissions"],"#
                + #""changes":[{"field":"name","value":"A"}]}"#,
            #"{"line":2,"result":"unchanged","username":"bob"}"#,
            #"{"line":3,"error":{"code":"input.invalid","message":"No.","field":"name"}}"#,
            #"{"done":true,"created":1,"updated":2,"unchanged":3,"failed":0}"#,
            #"{"done":false,"dry_run":true,"created":0,"updated":0,"unchanged":0,"failed":1,"#
                + #""error":{"code":"import.stopped","message":"No."}}"#,
        ] {
            let line = try ImportAnswerRecord(object(text))
            #expect(self.text { line.write(to: &$0) } == text)
        }
        for text in ["{}", #"{"checked":"1"}"#, #"{"line":1,"error":7}"#, #"{"done":true}"#] {
            #expect(throws: FieldError.self) { try ImportAnswerRecord(object(text)) }
        }
    }

    @Test("a bit that does not fit a mask is none", arguments: [-1, 63, 64, .max, .min] as [Int64])
    func bits(_ index: Int64) {
        let record = JSONObject([("index", .integer(index)), ("name", .string("x"))])
        #expect(throws: FieldError.self) { try MaskBitRecord(record) }
    }
}
