import MusterAPI
import Testing
import WireJSON

@Suite("Factors and passkeys on the wire")
struct FactorTests {
    private func object(_ text: String) throws -> JSONObject {
        guard case .object(let object) = try JSONValue(parsing: Array(text.utf8)) else {
            throw FactorTestError.noObject
        }
        return object
    }

    private enum FactorTestError: Error { case noObject }

    private func written(_ write: (inout JSONWriter) -> Void) throws -> JSONObject {
        var json = JSONWriter(reserving: 256)
        write(&json)
        return try object(String(decoding: json.takeBytes(), as: UTF8.self))
    }

    @Test("base64url is that of RFC 4648, without padding")
    func base64() {
        let vectors = [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg")]
        for (plain, text) in vectors {
            #expect(Base64URL.text(Array(plain.utf8)) == text)
            #expect(Base64URL.bytes(text) == Array(plain.utf8))
        }
        #expect(Base64URL.text([0xFB, 0xFF]) == "-_8" && Base64URL.bytes("-_8") == [0xFB, 0xFF])
        for wrong in ["Zg==", "Z", "Zm9vY", "Zh", "+/8", "Zm 8", "Z\u{FF4D}8", "Zm8\n"] {
            #expect(Base64URL.bytes(wrong) == nil, "\(wrong)")
        }
    }

    @Test("records come back as they were written")
    func roundTrip() throws {
        let factor = FactorRecord(
            id: 2,
            kind: "webauthn",
            label: "Key",
            createdAt: 5,
            lastUsedAt: nil,
            isOff: true,
            isSynced: false
        )
        #expect(try FactorRecord(written { factor.write(to: &$0) }) == factor)
        let list = FactorListRecord(
            factors: [factor],
            recoveryCodes: 8,
            isSMSEnabled: true,
            isEmailEnabled: false,
            isRequired: true
        )
        #expect(try FactorListRecord(written { list.write(to: &$0) }) == list)
        let new = NewTimeCodeRecord(id: 1, secret: "ABC", uri: "otpauth://x", picture: "<svg/>")
        #expect(try NewTimeCodeRecord(written { new.write(to: &$0) }) == new)
        for codes in [nil, ["A", "B"]] {
            let added = AddedFactorRecord(factor: factor, recoveryCodes: codes)
            #expect(try AddedFactorRecord(written { added.write(to: &$0) }) == added)
        }
        let codes = RecoveryCodesRecord(codes: ["A"])
        #expect(try RecoveryCodesRecord(written { codes.write(to: &$0) }) == codes)
        let body = FactorBody(label: "L", password: "p")
        #expect(try FactorBody(written { body.write(to: &$0) }) == body)
        let channel = ChannelBody(channel: "sms")
        #expect(try ChannelBody(written { channel.write(to: &$0) }) == channel)
        let password = PasswordBody(password: "p")
        #expect(try PasswordBody(written { password.write(to: &$0) }) == password)
        #expect(try CodeBody(written { CodeBody(code: "1").write(to: &$0) }).code == "1")
    }

    @Test(
        "client data that no browser writes are refused",
        arguments: [
            "", "[]", "{}", "null", #"{"type":"webauthn.get"}"#,
            #"{"type":1,"challenge":"AA","origin":"o"}"#,
            #"{"type":"t","challenge":"A","origin":"o"}"#,
            #"{"type":"t","challenge":"AA==","origin":"o"}"#,
            #"{"type":"t","type":"t","challenge":"AA","origin":"o"}"#,
            #"{"type":"t","challenge":"AA","origin":"o","crossOrigin":"no"}"#,
            "\u{FEFF}" + #"{"type":"t","challenge":"AA","origin":"o"}"#,
            #"{"type":"t","challenge":"AA","origin":"o"} x"#,
            #"{"type":"t","challenge":"AA","origin":""# + String(repeating: "o", count: 1_000_000)
                + #""}"#,
        ]
    )
    func clientData(_ text: String) {
        #expect(throws: FieldError.self) { try ClientDataRecord(Array(text.utf8)) }
    }

    @Test("a frame of another site is told, by either member")
    func frames() throws {
        let plain = #""type":"t","challenge":"AA","origin":"o""#
        for (more, isCross) in [
            ("", false), (#","crossOrigin":false"#, false), (#","crossOrigin":true"#, true),
            (#","topOrigin":"https://else.example""#, true),
        ] {
            let record = try ClientDataRecord(Array("{\(plain)\(more)}".utf8))
            #expect(record.isCrossOrigin == isCross && record.challenge == [0])
        }
    }

    @Test("an answer is a code or a credential, and not both")
    func answers() throws {
        #expect(try LoginAnswerBody(object(#"{"code":"123456"}"#)) == .code("123456"))
        for wrong in [
            "{}", #"{"code":1}"#, #"{"credential":1}"#, #"{"credential":{}}"#, #"{"other":""}"#,
            #"{"code":"1","credential":{}}"#,
            #"{"credential":{"type":"password","id":"AA","response":{}}}"#,
            #"{"credential":{"type":"public-key","id":"AA","response":{"clientDataJSON":"!"}}}"#,
            #"{"code":""# + String(repeating: "1", count: 10_000) + #""}"#,
        ] {
            #expect(throws: FieldError.self, "\(wrong.prefix(60))") {
                try LoginAnswerBody(object(wrong))
            }
        }
    }
}
