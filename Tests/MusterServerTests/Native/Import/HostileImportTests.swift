import HTTPTypes
import HummingbirdCore
import MusterTesting
import StoreTesting
import Testing

@testable import MusterCore
@testable import MusterServer

@Suite("Lines of an import that must not be taken", .everyStore)
struct HostileImportTests {
    private static let long = String(repeating: "x", count: LineSplitter.maximumLength)

    private static let refused: [String] = [
        "null", "true", "7", "\"username\"", "[]", "[{\"username\":\"a\"}]", "{}", "{", "}",
        "{\"username\"}",
        #"{"username":null}"#, #"{"username":7}"#, #"{"username":["a"]}"#, #"{"username":""}"#,
        #"{"username":"a"} {"username":"b"}"#, #"{"username":"a"},"#,
        #"{"username":"a","username":"b"}"#,
        #"{"Username":"a"}"#, #"{"username":"a\u0000b"}"#, #"{"username":"-a"}"#,
        #"{"username":"é"}"#,
        #"{"username":"a\nb"}"#, #"{"username":"a","name":"\u0007"}"#,
        #"{"username":"a","name":7}"#,
        #"{"username":"a","email":"nobody"}"#, #"{"username":"a","email":"a@b@c"}"#,
        #"{"username":"a","permissions":65}"#, #"{"username":"a","permissions":"65"}"#,
        #"{"username":"a","permissions":64.0}"#, #"{"username":"a","permissions":1e1}"#,
        #"{"username":"a","enabled":"yes"}"#, #"{"username":"a","enabled":1}"#,
        #"{"username":"a","readbm":-1}"#, #"{"username":"a","readbm":9223372036854775808}"#,
        #"{"username":"a","writebm":1.5}"#, #"{"username":"a","lviewbm":true}"#,
        #"{"username":"a","timeout":2147483648}"#, #"{"username":"a","timeout":-1}"#,
        #"{"username":"a","hosts":"10.0.0.1"}"#, #"{"username":"a","hosts":["10.0.0.1/8"]}"#,
        #"{"username":"a","hosts":["localhost"]}"#, #"{"username":"a","hosts":[7]}"#,
        #"{"username":"a","groups":"staff"}"#, #"{"username":"a","groups":["none"]}"#,
        #"{"username":"a","groups":[null]}"#, #"{"username":"a","ssh_keys":["ssh-rsa AAAA"]}"#,
        #"{"username":"a","ssh_keys":"x"}"#, #"{"username":"a","password":7}"#,
        #"{"username":"a","password":""}"#, #"{"username":"a","password":"abcdefg\u0000h"}"#,
        #"{"username":"a","password":"Long-Enough-1","password_hash":"instant$1$1$41"}"#,
        #"{"username":"a","password_hash":""}"#, #"{"username":"a","password_hash":"plain"}"#,
        #"{"username":"a","password_hash":["instant$1$1$41"]}"#,
        #"{"username":"a","password_temporary":true}"#, #"{"username":"a","id":7}"#,
        #"{"username":"a","uuid":"d85857b6-571a-4a28-911c-71ee2a5ae01a"}"#,
        #"{"username":"a","":1}"#,
        #"{"username":"a","__proto__":{}}"#, "\u{FEFF}{\"username\":\"a\"}",
        String(repeating: "[", count: 10_000), "{\"username\":\"a\",\"name\":\"" + long + "\"}",
    ]

    @Test("is named with its number and reason, in every way to import", arguments: refused)
    func hostile(_ line: String) async throws {
        for query in ["", "?on_error=continue", "?dry_run=true", "?mode=upsert&on_error=continue"] {
            let test = try await TestDirectory()
            let text = try await TestServer(test).send(
                .post,
                "/muster/v1/users/import" + query,
                as: test.administratorKeys,
                body: "\n" + line + "\n",
                fields: [.contentType: "application/x-ndjson"]
            ).text()
            #expect(text.hasPrefix(#"{"line":2,"error":{"code":""#))
            #expect(text.contains(#""created":0,"updated":0,"unchanged":0,"failed":1"#))
            #expect(!text.contains("Long-Enough"))
            #expect(text.utf8.count < 2000, "an answer does not repeat what was sent at length")
            #expect(try await test.directory.userCount() == 1)
        }
    }

    @Test("bytes that are no UTF-8, and a body without an end of line, do no harm")
    func bytes() async throws {
        var splitter = LineSplitter()
        for line in splitter.push([0x7B, 0xFF, 0xC0, 0x80, 0x0A, 0x00, 0x0A]) {
            #expect(throws: MusterError.self) { try ImportLine(line) }
        }
    }
}
