import Foundation
import MusterCore
import MusterTesting
import Testing

@testable import MusterCommands

@Suite("The data folder and others")
struct OwnFolderTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func put(_ name: String) throws {
        try Data().write(to: URL(filePath: folder.file(name)))
    }

    @Test("a folder with nothing but a directory in it is shut", arguments: [0o777, 0o755, 0o710])
    func shut(_ mode: Int) throws {
        for name in ["muster.sqlite", "muster.sqlite-wal", "master.key", "muster.lock", "outbox"] {
            try put(name)
        }
        chmod(folder.path, mode_t(mode))
        try OwnFolder.guardDataFolder(folder.path)
        #expect(FileModes.mode(of: folder.path) == 0o700)
    }

    @Test("a folder with other things in it is refused where others may write, and left where not")
    func shared() async throws {
        try put("letter.txt")
        chmod(folder.path, 0o755)
        try OwnFolder.guardDataFolder(folder.path)
        #expect(FileModes.mode(of: folder.path) == 0o755)
        for mode: mode_t in [0o775, 0o757, 0o1777] {
            chmod(folder.path, mode)
            let refusal = await failure { try OwnFolder.guardDataFolder(folder.path) }
            #expect(refusal?.message.contains("chmod 700") == true)
            #expect(FileModes.mode(of: folder.path) == mode)
        }
    }

    @Test("a folder for messages is refused where others may write")
    func outbox() async throws {
        chmod(folder.path, 0o775)
        let refusal = await failure { try OwnFolder.guardOutbox(folder.path) }
        #expect(refusal?.code == .settingInvalid)
        chmod(folder.path, 0o755)
        try OwnFolder.guardOutbox(folder.path)
    }
}
