import Foundation
import MusterCore
import MusterTesting
import Testing

@testable import MusterCommands

@Suite("What lies in a data folder")
struct DataFolderStateTests {
    private let folder: TemporaryFolder
    private let paths: DataPaths

    init() throws {
        folder = try TemporaryFolder()
        paths = DataPaths(folder: folder.path)
    }

    private func put(_ names: [String]) throws {
        for name in names { try Data(name.utf8).write(to: URL(filePath: folder.file(name))) }
    }

    /// Why no directory is created there.
    private var creating: MusterError? { failure { try DataFolderState.requireUnused(paths) } }
    /// Why none is opened there.
    private var opening: MusterError? { failure { try DataFolderState.requireInitialised(paths) } }

    private func failure(_ work: () throws -> Void) -> MusterError? {
        do {
            try work()
            return nil
        } catch {
            return error as? MusterError
        }
    }

    @Test(
        "a folder with nothing of a directory in it is empty",
        arguments: [
            [], ["letter.txt"], ["muster.lock"], ["bootstrap.sqlite", "master.key"],
            ["founding.sqlite", "founding.sqlite-journal", "master.key"],
        ]
    )
    func empty(_ names: [String]) throws {
        try put(names)
        #expect(DataFolderState(paths) == .empty)
        try DataFolderState.requireUnused(paths)
        #expect(opening?.code == .directoryMissing)
        #expect(DataFolderState(DataPaths(folder: folder.file("nowhere"))) == .empty)
    }

    @Test("a database is a directory, whatever lies beside it")
    func initialised() throws {
        try put(["muster.sqlite", "muster.sqlite-wal", "master.key", "letter.txt"])
        #expect(DataFolderState(paths) == .initialised)
        try DataFolderState.requireInitialised(paths)
        #expect(creating?.code == .directoryInitialised)
    }

    @Test(
        "what a directory leaves without its database is no place for another one",
        arguments: [
            ["master.key"], ["muster.sqlite-wal"], ["muster.sqlite-shm"], ["muster.sqlite-journal"],
            ["before-restore-20260131T120000Z"],
            ["bootstrap.sqlite", "master.key", "muster.sqlite-wal"],
            ["master.key", "restoring.sqlite"], ["muster.sqlite.bak"],
        ]
    )
    func missing(_ names: [String]) throws {
        try put(names)
        let left = names.filter { !["bootstrap.sqlite", "restoring.sqlite"].contains($0) }
        #expect(DataFolderState(paths) == .databaseMissing(left))
        for refusal in [creating, opening] {
            #expect(refusal?.code == .directoryMissing)
            #expect(
                refusal?.message.contains("muster restore --data-dir \(folder.path) BACKUP")
                    == true
            )
        }
    }

    @Test("what a killed init has left is removed by the next one, whichever version it was of")
    func leftovers() throws {
        let names = ["bootstrap.sqlite", "founding.sqlite", "restoring.sqlite"]
        try put(names + names.map { $0 + "-journal" } + ["letter.txt"])
        paths.removeUnfinished()
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["letter.txt"])
    }

    @Test("while a process holds the folder, nobody is told to restore over what it still has open")
    func inUse() throws {
        try put(["master.key"])
        let lock = try FileLock(paths.lock, creates: true, holding: folder.path, advice: "")
        for refusal in [creating, opening, failure { try DataFolderState.refuseLostInUse(paths) }] {
            #expect(refusal?.message.contains("Do not stop that server") == true)
            #expect(refusal?.message.contains("muster restore") == false)
        }
        release(lock)
        try DataFolderState.refuseLostInUse(paths)
    }

    private func release(_ lock: consuming FileLock) {}
}
