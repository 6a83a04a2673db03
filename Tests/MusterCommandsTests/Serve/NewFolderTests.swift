import Foundation
import MusterTesting
import Testing

@testable import MusterCommands

@Suite("Why a folder cannot be made")
struct NewFolderTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test("what is in its place, or on the way to it, is named", arguments: ["", "/a", "/a/b/"])
    func files(_ rest: String) {
        let path = folder.file("file")
        _ = FileManager.default.createFile(atPath: path, contents: Data())
        #expect(NewFolder.obstacle(path + rest) == "\(path) is a file")
        #expect(NewFolder.obstacle("/dev/null" + rest) == "/dev/null is no folder")
    }

    @Test("where nothing is seen to be in the way, nothing is said of it")
    func free() {
        let path = folder.file("new/deep")
        #expect(NewFolder.obstacle(path) == nil)
        #expect(NewFolder.failure("The folder x", path) == "The folder x cannot be made.")
        #expect(NewFolder.obstacle("") == nil)
    }
}
