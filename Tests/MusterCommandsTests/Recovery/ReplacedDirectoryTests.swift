import Foundation
import MusterTesting
import Testing

@testable import MusterCommands

@Suite("The directory whose place a backup takes")
struct ReplacedDirectoryTests {
    private let folder: TemporaryFolder
    private let paths: DataPaths

    init() throws {
        folder = try TemporaryFolder()
        paths = DataPaths(folder: folder.path)
        for name in ["muster.sqlite", "muster.sqlite-wal", "master.key"] {
            try Data(name.utf8).write(to: URL(filePath: folder.file(name)))
        }
    }

    private func names(_ path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    }

    @Test("it is kept whole under a dated name, and stays where it was until the end")
    func keep() throws {
        let former = try #require(try ReplacedDirectory(paths, withKey: true))
        try former.keep(withKey: true)
        #expect(try names(former.path) == ["master.key", "muster.sqlite", "muster.sqlite-wal"])
        #expect(try folder.bytes("muster.sqlite") == Array("muster.sqlite".utf8))
        #expect(FileModes.mode(of: former.path) == 0o700)
        let name = NSString(string: former.path).lastPathComponent
        #expect(name.wholeMatch(of: /before-restore-\d{8}T\d{6}Z/) != nil)
    }

    @Test("two of one second have names of their own")
    func twice() throws {
        let made = [
            try ReplacedDirectory(paths, withKey: false)?.path,
            try ReplacedDirectory(paths, withKey: false)?.path,
        ]
        #expect(Set(made.compactMap(\.self)).count == 2)
    }

    @Test("its log is not left to the new database")
    func clear() throws {
        let former = try #require(try ReplacedDirectory(paths, withKey: true))
        try former.keep(withKey: false)
        try former.clear()
        #expect(!FileManager.default.fileExists(atPath: paths.database + "-wal"))
        #expect(try names(former.path) == ["muster.sqlite", "muster.sqlite-wal"])
    }

    @Test("where the backup does not take its place, everything is as it was")
    func giveUp() throws {
        let former = try #require(try ReplacedDirectory(paths, withKey: true))
        try former.keep(withKey: true)
        try Data("another key".utf8).write(to: URL(filePath: paths.key), options: .atomic)
        try former.clear()
        former.giveUp()
        #expect(try names(folder.path) == ["master.key", "muster.sqlite", "muster.sqlite-wal"])
        #expect(try folder.bytes("master.key") == Array("master.key".utf8))
        #expect(try folder.bytes("muster.sqlite-wal") == Array("muster.sqlite-wal".utf8))
    }

    @Test("a log whose database has gone is kept, too, and comes back where the restore fails")
    func logAlone() throws {
        unlink(folder.file("muster.sqlite"))
        let former = try #require(try ReplacedDirectory(paths, withKey: false))
        try former.keep(withKey: false)
        try former.clear()
        #expect(try names(former.path) == ["muster.sqlite-wal"])
        former.giveUp()
        #expect(try names(folder.path) == ["master.key", "muster.sqlite-wal"])
    }

    @Test("a key is kept where another takes its place, and where nothing is there nothing is kept")
    func keyAlone() throws {
        for name in ["muster.sqlite", "muster.sqlite-wal"] { unlink(folder.file(name)) }
        #expect(try ReplacedDirectory(paths, withKey: false) == nil)
        let former = try #require(try ReplacedDirectory(paths, withKey: true))
        try former.keep(withKey: true)
        #expect(try names(former.path) == ["master.key"])
    }

    @Test("where the backup has taken its place, nothing of it is removed")
    func tooLate() throws {
        let former = try #require(try ReplacedDirectory(paths, withKey: true))
        try former.keep(withKey: false)
        try former.clear()
        try Data("new".utf8).write(to: URL(filePath: paths.unfinished))
        try DurableFiles.move(paths.unfinished, to: paths.database)
        former.giveUp()
        #expect(try names(former.path) == ["muster.sqlite", "muster.sqlite-wal"])
        #expect(try folder.bytes("muster.sqlite") == Array("new".utf8))
    }
}
