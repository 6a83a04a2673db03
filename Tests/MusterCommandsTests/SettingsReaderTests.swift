import Foundation
import MusterCore
import MusterTesting
import Testing

@testable import MusterCommands

@Suite("Where settings come from")
struct SettingsReaderTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func reader(
        _ commandLine: [String: String] = [:],
        environment: [String: String] = [:],
        file: String? = nil
    ) async throws(MusterError) -> SettingsReader {
        let path = folder.file("muster.json")
        if let file {
            _ = FileManager.default.createFile(atPath: path, contents: Data(file.utf8))
        }
        return try SettingsReader(
            commandLine: commandLine,
            environment: environment,
            file: file == nil ? nil : path
        )
    }

    @Test(
        "the command line goes before the environment, that before the file, that before the default"
    )
    func precedence() async throws {
        let file = #"{"http":{"bind":"127.0.0.1:3"}}"#
        let environment = ["MUSTER_HTTP_BIND": "127.0.0.1:2", "PATH": "/bin"]
        let key = "http.bind"
        var reader = try await reader([key: "127.0.0.1:1"], environment: environment, file: file)
        #expect(try reader.text(key) == "127.0.0.1:1" && reader.source(of: key) == .commandLine)
        reader = try await self.reader(environment: environment, file: file)
        #expect(try reader.text(key) == "127.0.0.1:2" && reader.source(of: key) == .environment)
        reader = try await self.reader(file: file)
        #expect(try reader.text(key) == "127.0.0.1:3" && reader.source(of: key) == .file)
        reader = try await self.reader()
        #expect(try reader.text(key) == "127.0.0.1:8834" && reader.source(of: key) == .fallback)
    }

    @Test("numbers and lists are read wherever they stand")
    func kinds() async throws {
        let file =
            #"{"http":{"limits":{"bodyBytes":2048},"trustedProxies":["10.0.0.1","10.0.0.2"]}}"#
        let places = [
            try await reader(file: file),
            try await reader(
                environment: [
                    "MUSTER_HTTP_LIMITS_BODY_BYTES": "2048",
                    "MUSTER_HTTP_TRUSTED_PROXIES": "10.0.0.1, 10.0.0.2",
                ]
            ),
            try await reader(
                ["http.limits.bodyBytes": "2048", "http.trustedProxies": "10.0.0.1,10.0.0.2"]
            ),
        ]
        for place in places {
            #expect(try place.number("http.limits.bodyBytes") == 2048)
            #expect(try place.list("http.trustedProxies") == ["10.0.0.1", "10.0.0.2"])
        }
        let fallback = try await reader()
        #expect(try fallback.list("users.approvedDomains") == [])
        #expect(try fallback.text("codes.outbox") == nil)
    }

    @Test(
        "an unknown name is refused, and named",
        arguments: ["httpbind", "http.Bind", "HTTP.BIND", "http", "", "http.bind ", "password"]
    )
    func unknownKeys(_ key: String) async {
        let refusal = await failure { try await reader([key: "1"]) }
        #expect(refusal?.code == .settingInvalid)
        #expect(refusal?.message.contains("no setting \(key)") == true)
    }

    @Test("an unknown variable of ours is refused, and named; others' are none of our business")
    func unknownVariables() async throws {
        let refusal = await failure {
            try await reader(environment: ["MUSTER_HTTP_BNID": "1"])
        }
        #expect(refusal?.code == .settingInvalid)
        #expect(refusal?.message.contains("MUSTER_HTTP_BNID") == true)
        _ = try await reader(
            environment: ["HTTP_BIND": "x", "muster_x": "x", "MUSTERX": "x", "MUSTER_CONFIG": "x"]
        )
    }

    @Test("a key in the file that is no setting is refused, and named with the file")
    func unknownFileKeys() async {
        let refusal = await failure { try await reader(file: #"{"http":{"limits":{"body":1}}}"#) }
        #expect(refusal?.code == .settingInvalid)
        #expect(refusal?.message.contains("http.limits.body") == true)
        #expect(refusal?.message.contains("muster.json") == true)
    }

    @Test(
        "a file that is no JSON object is refused, and named",
        arguments: [
            "", "{", "[]", "null", "\"\"", "{\"a\":1,\"a\":2}", "{} x", "\u{FEFF}\u{FEFF}{}",
            "# toml",
        ]
    )
    func badFiles(_ text: String) async {
        let refusal = await failure { try await reader(file: text) }
        #expect(refusal?.code == .settingInvalid)
        #expect(refusal?.message.contains("muster.json") == true)
    }

    @Test(
        "a value of a kind that no setting has is refused, and the file is named",
        arguments: [
            #"{"dataDir":null}"#, #"{"login":{"lockoutSeconds":1e999x}}"#,
            #"{"http":{"bind":[[]]}}"#,
        ]
    )
    func badKinds(_ text: String) async {
        let refusal = await failure {
            let reader = try await reader(file: text)
            _ = try reader.text("http.bind")
        }
        #expect(refusal?.code == .settingInvalid)
    }

    @Test(
        "a number in a file is a whole number, and neither a text, true nor a list",
        arguments: ["\"300\"", "true", "[300]", "300.5"]
    )
    func noNumbers(_ value: String) async {
        let refusal = await failure {
            let reader = try await reader(file: #"{"login":{"lockoutSeconds":\#(value)}}"#)
            _ = try reader.number("login.lockoutSeconds")
        }
        #expect(refusal?.message.contains("must be a whole number") == true)
        #expect(refusal?.message.contains("login.lockoutSeconds (file)") == true)
    }

    @Test("a list in a file has texts, or nothing in it")
    func lists() async throws {
        let name = try #require(
            Setting.all.first { if case .list = $0.kind { true } else { false } }?.key
        )
        let parts = name.split(separator: ".").map(String.init)
        func file(_ value: String) -> String {
            parts.reversed().reduce(value) { #"{"\#($1)":\#($0)}"# }
        }
        #expect(try await reader(file: file("[]")).list(name).isEmpty)
        #expect(try await reader(file: file(#"[" a ","b"]"#)).list(name) == ["a", "b"])
        let refusal = await failure { _ = try await reader(file: file("[1,2]")).list(name) }
        #expect(refusal?.message.contains("must be a list of texts") == true)
    }

    @Test("a byte order mark before the file's object is passed over")
    func marked() async throws {
        let reader = try await reader(file: "\u{FEFF}{\"http\":{\"bind\":\"127.0.0.1:9\"}}")
        #expect(try reader.text("http.bind") == "127.0.0.1:9")
        #expect(reader.source(of: "http.bind") == .file)
    }

    @Test("a file that is not there is refused, and named")
    func missingFile() async {
        let path = folder.file("nowhere.json")
        let refusal = await failure {
            try SettingsReader(commandLine: [:], environment: [:], file: path)
        }
        #expect(refusal?.code == .settingInvalid && refusal?.message.contains(path) == true)
    }

    @Test(
        "a number out of bounds, or none at all, is refused with the bounds",
        arguments: [
            "0", "-1", "1023", "104857601", "x", "", "1.5", "1e6", "0x800", " 2048",
            "99999999999999999999",
        ]
    )
    func badNumbers(_ text: String) async throws {
        let key = "http.limits.bodyBytes"
        let reader = try await reader([key: text])
        let refusal = await failure { try reader.number(key) }
        #expect(refusal?.code == .settingInvalid)
        #expect(refusal?.message.contains(key) == true)
        #expect(refusal?.message.contains("from 1024 to 104857600") == true)
    }

    @Test("a refusal names the place where the value stands")
    func places() async throws {
        let inEnvironment = try await reader(environment: ["MUSTER_HTTP_LIMITS_BODY_BYTES": "0"])
        let key = "http.limits.bodyBytes"
        let first = await failure { try inEnvironment.number(key) }
        #expect(first?.message.contains("MUSTER_HTTP_LIMITS_BODY_BYTES (environment)") == true)
        let inFile = try await reader(file: #"{"http":{"limits":{"bodyBytes":0}}}"#)
        let second = await failure { try inFile.number(key) }
        #expect(second?.message.contains("\(key) (file)") == true)
    }

    @Test(
        "a value of another kind in the file is refused",
        arguments: [#""x""#, "true", "[1]", "1.5"]
    )
    func wrongKinds(_ value: String) async {
        let refusal = await failure {
            let reader = try await reader(file: #"{"http":{"limits":{"bodyBytes":\#(value)}}}"#)
            _ = try reader.number("http.limits.bodyBytes")
        }
        #expect(refusal?.code == .settingInvalid)
    }
}
