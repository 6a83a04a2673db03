import Foundation
import MusterCore
import MusterTesting
import Testing

@testable import MusterSQLite

@Suite("What SQLite leaves out of a log")
struct LogTailTests {
    private static let commits = 6

    private let folder: TemporaryFolder
    private let log: [UInt8]
    private let frameSize: Int

    /// A log with some commits.
    init() async throws {
        let test = try await RecoveryFolder()
        let store = try test.open()
        for number in 0..<Self.commits {
            try await store.write { transaction throws(MusterError) in
                try transaction.insertSession(
                    Session(
                        digest: Digest([UInt8](repeating: UInt8(number), count: 32)),
                        user: UserID(rawValue: 2),
                        createdAt: FixedClock.start,
                        lastSeenAt: FixedClock.start,
                        address: nil
                    )
                )
            }
        }
        log = try test.folder.bytes("muster.sqlite-wal")
        try store.close()
        folder = test.folder
        frameSize = 24 + log[8..<12].reduce(0) { $0 << 8 | Int($1) }
    }

    private func leftOut(_ bytes: [UInt8]) throws -> Int {
        try Data(bytes).write(to: URL(filePath: folder.file("log")))
        return LogTail.commitsLeftOut(folder.file("log"))
    }

    /// The numbers of the frames that are commits.
    private var commitFrames: [Int] {
        (0..<(log.count - 32) / frameSize).filter { number in
            log[(32 + number * frameSize + 4)..<(32 + number * frameSize + 8)].contains { $0 > 0 }
        }
    }

    @Test("of a whole log nothing is left out, nor of one that ends in the middle of a change")
    func whole() throws {
        #expect(commitFrames.count >= Self.commits)
        #expect(try leftOut(log) == 0)
        for count in [1, 24, frameSize - 1, frameSize, frameSize * 2] {
            #expect(try leftOut(Array(log.dropLast(count))) == 0)
        }
        #expect(LogTail.commitsLeftOut(folder.file("nowhere")) == 0)
    }

    @Test("a bit that turned anywhere in a frame leaves out the commits after it")
    func bit() throws {
        let frames = commitFrames
        let start = 32 + frames[1] * frameSize
        for offset in [30, 1000, frameSize - 1] {
            var turned = log
            turned[start + offset] ^= 4
            #expect(try leftOut(turned) == frames.count - 2, "offset \(offset)")
        }
        // Its salt, and its checksum, of which the next frame's is made.
        for offset in [9, 17] {
            var turned = log
            turned[start + offset] ^= 4
            #expect(try leftOut(turned) >= frames.count - 3, "offset \(offset)")
        }
    }

    @Test("frames of an older log after the end are none of this one's")
    func older() throws {
        var bytes = log
        let start = 32 + commitFrames[2] * frameSize + frameSize
        for frame in stride(from: start, to: bytes.count, by: frameSize) { bytes[frame + 8] ^= 1 }
        #expect(try leftOut(bytes) == 0)
    }

    @Test("what is no log is none, whatever it says of itself")
    func hostile() throws {
        let header = Array(log.prefix(32))
        for bytes in [[], Array(header.prefix(31)), header, Array(repeating: 0xFF, count: 5000)] {
            #expect(try leftOut(bytes) == 0)
        }
        for offset in 0..<32 {
            var bytes = log
            bytes[offset] ^= 0xFF
            #expect(try leftOut(bytes) == 0, "offset \(offset)")
        }
    }
}
