import Foundation
import Testing

/// What a fuzzer has found worth keeping, and changes of it, through the readers as they are.
@Suite("Corpora")
struct CorpusTests {
    /// How many changes of each file are tried, and of how many bytes a file may be to be changed: seconds in all.
    private static let changes = 60
    private static let mostBytes = 4096

    @Test(
        "every reader keeps its promises for its corpus and changes of it",
        arguments: FuzzTarget.allCases
    )
    func promises(_ target: FuzzTarget) throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Corpora/\(target.rawValue)")
        let files = try FileManager.default.contentsOfDirectory(
            at: folder,
            includingPropertiesForKeys: nil
        )
        try #require(!files.isEmpty, "\(folder.path) has files")
        for file in files.sorted(by: { $0.path < $1.path }) {
            let bytes = [UInt8](try Data(contentsOf: file))
            try expect(target, bytes, file)
            guard bytes.count <= CorpusTests.mostBytes else { continue }
            var changer = Changer(seed: UInt64(bytes.count))
            for _ in 0..<CorpusTests.changes { try expect(target, changer.changed(bytes), file) }
        }
    }

    @Test("the threat model has a line for each reader, of what was run")
    func table() throws {
        let root = #filePath.components(separatedBy: "/Tests/")[0]
        let text = try String(
            contentsOf: URL(filePath: root + "/docs/threat-model.md"),
            encoding: .utf8
        )
        let section = try #require(
            text.components(separatedBy: "\n## Fuzzing\n").last?
                .components(separatedBy: "\n## ").first
        )
        let names = section.split(separator: "\n").compactMap { line in
            line.wholeMatch(of: /\| `([a-z-]+)` \| [^|]+ \| [^|]+ \|/)?.output.1
        }
        #expect(names.map(String.init).sorted() == FuzzTarget.allCases.map(\.rawValue).sorted())
    }

    private func expect(_ target: FuzzTarget, _ bytes: [UInt8], _ file: URL) throws {
        guard let promise = target.broken(by: bytes) else { return }
        let text = bytes.map { String($0, radix: 16) }.joined(separator: " ")
        Issue.record("\(promise): broken by a change of \(file.lastPathComponent): \(text)")
    }
}

/// Changes bytes in ways that can be repeated.
private struct Changer {
    /// Bytes that readers look for.
    private static let signs =
        Array("\"\\{}[],:;=&%+-./@ \r\n\t0aA\0".utf8) + [0x7F, 0x80, 0xC3, 0xFF]

    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    /// SplitMix64 (Steele, Lea, Flood 2014).
    private mutating func number(below limit: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(limit))
    }

    mutating func changed(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0...number(below: 3) {
            let place = number(below: bytes.count + 1)
            let sign = Changer.signs[number(below: Changer.signs.count)]
            switch number(below: 5) {
            case 0: bytes.insert(sign, at: place)
            case 1 where place < bytes.count: bytes[place] = sign
            case 2 where place < bytes.count: bytes[place] ^= 1 << UInt8(number(below: 8))
            case 3 where place < bytes.count: bytes.removeSubrange(place...)
            case 4: bytes += bytes[..<place]
            default: if place < bytes.count { bytes.remove(at: place) }
            }
        }
        return bytes
    }
}
