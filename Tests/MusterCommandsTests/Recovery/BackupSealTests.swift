import Foundation
import MusterCore
import MusterCrypto
import MusterSQLite
import MusterTesting
import Testing

@testable import MusterCommands

@Suite("The digest that a backup carries")
struct BackupSealTests {
    private let folder: TemporaryFolder
    private let content: [UInt8]

    private var path: String { folder.file("copy") }

    init() throws {
        folder = try TemporaryFolder()
        let key = MasterKey.random()
        try SQLiteStore(
            path: folder.file("data"),
            sealer: SodiumSealer(key),
            digester: SystemDigester(key)
        ).close()
        // Only what is in the header matters here; a real backup is made in the tests of the program.
        var bytes = try folder.bytes("data")
        bytes.replaceSubrange(68..<72, with: Array("Mstr".utf8))
        content = bytes
    }

    private func write(_ bytes: [UInt8]) throws {
        try Data(bytes).write(to: URL(filePath: path))
    }

    private func opened<Result>(_ body: (OpenFile) throws -> Result) throws -> Result {
        let descriptor = open(path, O_RDWR | O_CLOEXEC)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        return try body(OpenFile(path: path, descriptor: descriptor))
    }

    private func sealed() throws -> [UInt8] {
        try write(content)
        try opened { try BackupSeal.append(to: $0) }
        return try folder.bytes("copy")
    }

    private func state() throws -> BackupSeal.State {
        try opened { try BackupSeal.state(of: $0) }
    }

    private func isBroken() throws -> Bool {
        guard case .broken = try state() else { return false }
        return true
    }

    @Test("what was sealed is intact, and begins with the database as it was")
    func intact() throws {
        let bytes = try sealed()
        #expect(bytes.starts(with: content))
        #expect(
            String(decoding: bytes.suffix(86), as: UTF8.self).hasPrefix("muster-backup sha256 ")
        )
        #expect(try state() == .intact)
    }

    @Test("a bit that turned is found wherever it is")
    func bits() throws {
        let bytes = try sealed()
        // Not those of the digest's own name, where the mark tells that one is missing.
        for offset in stride(from: 0, to: bytes.count, by: 997) {
            var turned = bytes
            turned[offset] ^= 1 << (offset % 8)
            try write(turned)
            #expect(try isBroken(), "offset \(offset)")
        }
        for offset in (bytes.count - 86)..<bytes.count {
            var turned = bytes
            turned[offset] ^= 0x10
            try write(turned)
            #expect(try isBroken(), "offset \(offset)")
        }
    }

    @Test(
        "bytes at the end, and bytes that are missing there, are found",
        arguments: [1, 86, 4096]
    )
    func ends(_ count: Int) throws {
        let bytes = try sealed()
        try write(bytes + [UInt8](repeating: 0, count: count))
        #expect(try isBroken())
        try write(bytes.dropLast(count))
        #expect(try isBroken())
    }

    @Test("a database without the mark has no digest, and is broken only where its size is wrong")
    func absent() throws {
        var bytes = content
        bytes.replaceSubrange(68..<72, with: [0, 0, 0, 0])
        try write(bytes)
        #expect(try state() == .absent)
        try write(bytes + [0])
        #expect(try isBroken())
        try write(bytes.dropLast(100))
        #expect(try isBroken())
    }

    @Test("a file that has lost its mark or its digest, not both, still says that it was sealed")
    func promised() throws {
        let bytes = try sealed()
        var unmarked = bytes
        unmarked.replaceSubrange(68..<72, with: [0, 0, 0, 0])
        for changed in [bytes, Array(bytes.dropLast(86)), unmarked] {
            try write(changed)
            let isPromised = try opened { BackupSeal.isPromised(by: $0) }
            #expect(isPromised)
        }
        for changed in [Array(unmarked.dropLast(86)), Array(bytes.prefix(50))] {
            try write(changed)
            let isPromised = try opened { BackupSeal.isPromised(by: $0) }
            #expect(!isPromised)
        }
    }
}
