import Foundation
import MusterCore
import MusterTesting
import Testing

@testable import MusterCommands

@Suite("The file of profiles")
struct ProfileFileTests {
    private let folder: TemporaryFolder
    private let file: ProfileFile

    init() throws {
        folder = try TemporaryFolder()
        file = ProfileFile(folder: folder.file("config/muster"))
    }

    private func profile(_ token: String = "t") -> Profile {
        Profile(
            url: "https://x.example",
            authority: "/ca.pem",
            allowsPlaintext: true,
            username: "jane",
            credentials: .session(token: Secret(token))
        )
    }

    private func refusal(_ mode: Int, of path: String) throws -> CommandError? {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        return #expect(throws: CommandError.self) { try file.read() }
    }

    @Test("there are no profiles if there is no file")
    func none() throws {
        #expect(try file.read().names.isEmpty)
    }

    @Test("the file has mode 0600 and the folder 0700, and what was kept comes back")
    func kept() throws {
        try file.update { $0["default"] = profile() }
        try file.update { set in
            set["keys"] = profile().with(.apiKeys(accessKey: "a", secretKey: Secret("s")))
        }
        #expect(try folder.permissions("config/muster") == 0o700)
        #expect(try folder.permissions("config/muster/profiles.json") == 0o600)
        let set = try file.read()
        #expect(set.names == ["default", "keys"])
        let found = try #require(set["default"])
        #expect(found.url == "https://x.example" && found.username == "jane")
        #expect(found.authority == "/ca.pem" && found.allowsPlaintext)
        guard case .session(let token) = found.credentials,
            case .apiKeys(let access, let secret)? = set["keys"]?.credentials
        else {
            Issue.record("other credentials")
            return
        }
        #expect(token.withExposedValue { $0 == "t" })
        #expect(access == "a" && secret.withExposedValue { $0 == "s" })
    }

    @Test("nothing but the file and its lock is left in the folder")
    func leftovers() throws {
        try file.update { $0["default"] = profile() }
        try file.update { $0["default"] = nil }
        let files = try FileManager.default.contentsOfDirectory(atPath: file.folder)
        #expect(Set(files) == ["profiles.json", "profiles.lock"])
        #expect(try file.read().names.isEmpty)
    }

    @Test(
        "a file that others may read or write is refused",
        arguments: [0o640, 0o604, 0o620, 0o602, 0o644]
    )
    func modes(_ mode: Int) throws {
        try file.update { $0["default"] = profile() }
        let refusal = try refusal(mode, of: file.path)
        #expect(refusal?.status == .configuration)
        #expect(refusal?.message.contains("chmod 600") == true)
    }

    @Test("a folder that others may write into is refused", arguments: [0o720, 0o702, 0o777])
    func folders(_ mode: Int) throws {
        try file.update { $0["default"] = profile() }
        let refusal = try refusal(mode, of: file.folder)
        #expect(refusal?.status == .configuration)
        #expect(refusal?.message.contains("chmod 700") == true)
    }

    @Test("a link in the file's place is refused")
    func link() throws {
        try file.update { $0["default"] = profile() }
        try FileManager.default.moveItem(atPath: file.path, toPath: folder.file("elsewhere"))
        try FileManager.default.createSymbolicLink(
            atPath: file.path,
            withDestinationPath: folder.file("elsewhere")
        )
        let refusal = #expect(throws: CommandError.self) { try file.read() }
        #expect(refusal?.status == .configuration)
    }

    @Test(
        "a file of something else is refused, and not overwritten",
        arguments: [
            "", "{", "[]", "{}", #"{"version":2,"profiles":[]}"#, #"{"version":1,"profiles":{}}"#,
            #"{"version":1,"profiles":[7]}"#, #"{"version":1,"profiles":[{"name":"a"}]}"#,
            #"{"version":1,"profiles":[{"name":"../a","url":"u","username":"n","token":"t"}]}"#,
            #"{"version":1,"profiles":[{"name":"a","url":"u","username":"n"}]}"#,
            #"{"version":1,"profiles":[{"name":"a","url":"u","username":"n","access_key":"t"}]}"#,
            #"{"version":1,"profiles":[{"name":"a","url":7,"username":"n","token":"t"}]}"#,
            "\u{FEFF}{}", String(repeating: "[", count: 100_000),
        ]
    )
    func hostile(_ text: String) throws {
        try file.update { $0["default"] = nil }
        try Data(text.utf8).write(to: URL(fileURLWithPath: file.path))
        let refusal = #expect(throws: CommandError.self) {
            try file.update { $0["default"] = profile() }
        }
        #expect(refusal?.status == .configuration)
        #expect(try folder.bytes("config/muster/profiles.json") == Array(text.utf8))
    }

    @Test("two names that are one are refused")
    func doubles() {
        let text = #"{"name":"a","url":"u","username":"n","token":"t"}"#
        #expect(ProfileSet(parsing: #"{"version":1,"profiles":[\#(text),\#(text)]}"#.utf8) == nil)
        #expect(ProfileSet(parsing: #"{"version":1,"profiles":[\#(text)]}"#.utf8)?.names == ["a"])
    }

    @Test("many changes at a time lose nothing")
    func concurrent() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<20 {
                group.addTask { [file] in
                    let profile = profile("\(number)")
                    try file.update { $0["p\(number)"] = profile }
                }
            }
            try await group.waitForAll()
        }
        #expect(try file.read().names.count == 20)
    }

    @Test(
        "the place follows XDG_CONFIG_HOME, or else HOME",
        arguments: [
            (["XDG_CONFIG_HOME": "/x", "HOME": "/h"], "/x/muster/profiles.json"),
            (["HOME": "/h"], "/h/.config/muster/profiles.json"),
            (["XDG_CONFIG_HOME": "x", "HOME": "/h"], "/h/.config/muster/profiles.json"),
            (["XDG_CONFIG_HOME": "", "HOME": "/h"], "/h/.config/muster/profiles.json"),
        ]
    )
    func place(_ environment: [String: String], _ path: String) throws {
        #expect(try ProfileFile(environment: environment).path == path)
    }

    @Test("without a home there is no place")
    func homeless() {
        let refusal = #expect(throws: CommandError.self) { try ProfileFile(environment: [:]) }
        #expect(refusal?.status == .configuration)
    }

    @Test("secrets do not show in a dump of a profile")
    func dump() {
        var text = ""
        Swift.dump(profile("planted-secret"), to: &text)
        print(profile("planted-secret"), to: &text)
        #expect(!text.contains("planted-secret"))
    }
}
