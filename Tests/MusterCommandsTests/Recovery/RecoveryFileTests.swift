import Foundation
import MusterTesting
import NIOCore
import Testing

@testable import MusterCommands

@Suite("Files that appear when they are complete")
struct RecoveryFileTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }

    private func write(_ text: String, to path: String) throws {
        try Data(text.utf8).write(to: URL(filePath: path))
    }

    @Test("a file has its name only when it is published, and is its owner's alone")
    func publish() throws {
        let file = try PartialFile(folder.file("backup"), replaces: false)
        #expect(try names().allSatisfy { $0.hasPrefix("backup.partial-") })
        try write("all of it", to: file.path)
        try file.publish()
        #expect(try names() == ["backup"])
        #expect(try folder.permissions("backup") == 0o600)
        file.remove()
        #expect(try names() == ["backup"])
    }

    @Test("a file that is given up leaves nothing")
    func remove() throws {
        let file = try PartialFile(folder.file("backup"), replaces: false)
        try write("log", to: file.path + "-journal")
        file.remove()
        #expect(try names().isEmpty)
    }

    @Test(
        "what a command that was killed has left is removed by the next, what another is writing is not"
    )
    func abandoned() throws {
        let left = ["backup.partial-0123abcd", "backup.partial-0123abcd-journal"]
        let alone = ["backup.partial-99999999-wal"]
        let others = [
            "backup.partial-0123abcz", "backup.partial-0123abc", "other.partial-0123abcd",
            "backup.txt",
        ]
        for name in left + alone + others { try write("", to: folder.file(name)) }
        let first = try PartialFile(folder.file("backup"), replaces: false)
        #expect(try names().count == others.count + 1)
        let second = try PartialFile(folder.file("backup"), replaces: false)
        #expect(try names().count == others.count + 2)
        first.remove()
        second.remove()
        #expect(try names() == others.sorted())
    }

    @Test("a new file is its owner's alone whatever the process lets be, and follows no link")
    func privateFile() throws {
        try PrivateFile.write([1, 2, 3], to: folder.file("code"))
        #expect(try folder.permissions("code") == 0o600)
        #expect(try folder.bytes("code") == [1, 2, 3])
        #expect(throws: CommandError.self) { try PrivateFile.write([], to: folder.file("code")) }
        symlink(folder.file("elsewhere"), folder.file("link"))
        #expect(throws: CommandError.self) { try PrivateFile.write([], to: folder.file("link")) }
        #expect(!FileManager.default.fileExists(atPath: folder.file("elsewhere")))
    }

    @Test("a name that is taken is refused at once, and at the end where it was taken meanwhile")
    func taken() throws {
        try write("mine", to: folder.file("backup"))
        #expect(throws: CommandError.self) {
            try PartialFile(folder.file("backup"), replaces: false)
        }
        let file = try PartialFile(folder.file("other"), replaces: false)
        try write("mine", to: folder.file("other"))
        #expect(throws: CommandError.self) { try file.publish() }
        file.remove()
        #expect(try folder.bytes("other") == Array("mine".utf8))
        #expect(try names() == ["backup", "other"])
    }

    @Test("a file is replaced where that was said, but nothing that is no file")
    func replaces() throws {
        try write("old", to: folder.file("backup"))
        let file = try PartialFile(folder.file("backup"), replaces: true)
        try write("new", to: file.path)
        try file.publish()
        #expect(try folder.bytes("backup") == Array("new".utf8))
        #expect(throws: CommandError.self) { try PartialFile(folder.path, replaces: true) }
    }

    @Test(
        "the folder of a path",
        arguments: [
            ("a", "."), (".", "."), ("a/b", "a"), ("/a", "/"), ("/a/b/c", "/a/b"), ("./a", "."),
            ("", "."),
        ]
    )
    func folders(_ path: String, _ expected: String) {
        #expect(DurableFiles.folder(of: path) == expected)
    }

    @Test("a private folder is for one user, has a socket's path, and goes away")
    func privateFolder() throws {
        let folder = try PrivateFolder()
        let path = DurableFiles.folder(of: folder.socketPath)
        #expect(FileModes.mode(of: path) == 0o700)
        #expect(folder.socketPath.utf8.count < 108)
        try write("", to: folder.socketPath)
        folder.remove()
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test("a private folder's socket can be bound, however long the usual folder's path is")
    func longFolders() throws {
        let parent = try TemporaryFolder()
        var isElsewhere: Set<Bool> = []
        for length in parent.path.utf8.count + 2...110 {
            let name = String(repeating: "a", count: length - parent.path.utf8.count - 1)
            let usual = parent.path + "/" + name
            try FileManager.default.createDirectory(
                atPath: usual,
                withIntermediateDirectories: false
            )
            let folder = try PrivateFolder(in: usual)
            defer { folder.remove() }
            _ = try SocketAddress(unixDomainSocketPath: folder.socketPath)
            isElsewhere.insert(!folder.socketPath.hasPrefix(usual))
        }
        #expect(isElsewhere == [true, false])
    }
}
