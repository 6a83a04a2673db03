import Foundation
import SwiftASN1
import Testing

@testable import LDAPWire

/// ``BERReader`` beside another reader of BER, swift-asn1, which knows the whole of X.690.
///
/// RFC 4511 section 5.1 takes away from BER, so that some bytes are elements for swift-asn1 alone; and one bound of that
/// library's is no rule of BER. All these differences are listed in ``Difference``, and there are no others.
@Suite("BER as another reader has it")
struct OracleTests {
    /// Why one reader takes what the other refuses.
    private enum Difference: CaseIterable {
        /// RFC 4511 section 5.1: lengths are definite.
        case indefiniteLength
        /// No tag of LDAP has a number above 30, so that none has more than one byte.
        case longTag
        /// swift-asn1 refuses the tag 0, which X.690 section 8.1.5 keeps for an end of contents. LDAP's grammar has no place for
        /// it, so that messages with it are refused one level higher here.
        case reservedTag
        /// swift-asn1 takes at most 50 levels; here each rule of the grammar has a bound of its own.
        case depth
    }

    /// How many levels swift-asn1 takes (`_maximumNodeDepth`).
    private static let oracleDepth = 50

    /// Why only one reader takes some bytes; nil if both do or both do not, and see the same.
    private static func difference(_ bytes: [UInt8]) -> Difference? {
        let oracle = (try? BER.parse(bytes)).map { BERTree($0) }
        do {
            let house = try BERTree(house: bytes)
            if oracle == nil, house.hasReservedTag { return .reservedTag }
            if oracle == nil, house.depth > oracleDepth { return .depth }
            #expect(house == oracle, "\(hex(bytes))")
        } catch {
            switch (oracle, error.reason) {
            case (nil, _): break
            case (_, "a length is indefinite"): return .indefiniteLength
            case (_, "a tag has more than one byte"): return .longTag
            default: Issue.record("swift-asn1 takes \(hex(bytes)), and here \(error.reason)")
            }
        }
        return nil
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined(separator: " ")
    }

    @Test(
        "elements of all tags and lengths are read alike, and those that are damaged refused alike"
    )
    func random() throws {
        var random = RandomBER(seed: 2026)
        var found: [Difference: Int] = [:]
        var (taken, refused) = (0, 0)
        for _ in 0..<3_000 {
            let tree = random.tree()
            let bytes = random.bytes(of: tree)
            #expect(try BERTree(house: bytes) == tree)
            for turn in 0..<5 {
                let input =
                    switch turn {
                    case 0: bytes
                    case 1: random.foreign(tree)
                    default: random.damaged(bytes)
                    }
                if let difference = Self.difference(input) { found[difference, default: 0] += 1 }
                if (try? BERTree(house: input)) == nil { refused += 1 } else { taken += 1 }
            }
        }
        #expect(min(taken, refused) > 3_000, "\(taken) taken, \(refused) refused")
        let differences = [Difference.indefiniteLength, .longTag, .reservedTag]
        #expect(differences.allSatisfy { found[$0, default: 0] > 100 }, "\(found)")
    }

    @Test("beyond 50 levels swift-asn1 reads nothing; up to there both read the same")
    func depth() {
        for (levels, expected) in [(49, nil), (50, nil), (51, Difference.depth)] {
            var bytes: [UInt8] = []
            for _ in 0..<levels {
                var writer = BERWriter()
                writer.constructed { $0.raw(bytes) }
                bytes = writer.bytes
            }
            #expect(Self.difference(bytes) == expected, "\(levels) levels")
        }
    }

    @Test("each difference by itself")
    func differences() {
        #expect(Self.difference([0x30, 0x80, 0x00, 0x00]) == .indefiniteLength)
        #expect(Self.difference([0x1F, 0x81, 0x01, 0x00]) == .longTag)
        #expect(Self.difference([0x30, 0x02, 0x00, 0x00]) == .reservedTag)
        // Lengths that DER would have shorter are BER's, and LDAP's.
        for bytes: [UInt8] in [[0x04, 0x81, 0x01, 0x41], [0x04, 0x84, 0, 0, 0, 1, 0x41]] {
            #expect(Self.difference(bytes) == nil && (try? BERTree(house: bytes)) != nil)
            #expect(throws: (any Error).self) { try DER.parse(bytes) }
        }
    }

    @Test("numbers and truth values are read alike")
    func values() {
        var random = RandomBER(seed: 7)
        for _ in 0..<5_000 {
            let count = random.number(below: 10)
            let content = (0..<count).map { place in
                // Signs, and needless bytes in front, are what is easily read wrongly.
                place < 2 && random.number(below: 2) == 0
                    ? [0x00, 0xFF, 0x7F, 0x80][random.number(below: 4)]
                    : UInt8(random.number(below: 256))
            }
            for (tag, identifier) in [
                (BERTag.integer, ASN1Identifier.integer), (BERTag.enumerated, .enumerated),
            ] {
                let bytes = [tag, UInt8(count)] + content
                let oracle = try? Int(berEncoded: BER.parse(bytes), withIdentifier: identifier)
                var reader = BERReader(bytes[...])
                #expect((try? reader.integer(tag)) == oracle, "\(Self.hex(bytes))")
            }
            let bytes = [BERTag.boolean, UInt8(count)] + content
            var reader = BERReader(bytes[...])
            let oracle = try? Bool(berEncoded: BER.parse(bytes))
            #expect((try? reader.boolean()) == oracle, "\(Self.hex(bytes))")
        }
    }

    @Test("what is written here is DER, and what swift-asn1 writes is read")
    func writing() throws {
        var random = RandomBER(seed: 3)
        for _ in 0..<1_000 {
            let tree = random.tree()
            guard !tree.hasReservedTag else { continue }
            var writer = BERWriter()
            writer.write(tree)
            #expect(BERTree(try DER.parse(writer.bytes)) == tree)
            var serializer = DER.Serializer()
            serializer.serialize(try BER.parse(random.bytes(of: tree)))
            #expect(serializer.serializedBytes == writer.bytes)
        }
    }

    @Test(
        "whatever is taken for a message of LDAP is well-formed, with the number that swift-asn1 reads in it"
    )
    func messages() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "FuzzTests/Corpora/ldap")
        var random = RandomBER(seed: 11)
        var taken = 0
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() {
            let whole = try Array(Data(contentsOf: folder.appending(path: name)))
            for turn in 0..<500 {
                let bytes = turn == 0 ? whole : random.damaged(whole)
                _ = Self.difference(bytes)
                guard let message = try? LDAPMessage(bytes[...]) else { continue }
                let tree = (try? BER.parse(bytes)).map { BERTree($0) }
                guard case .constructed(BERTag.sequence, let parts) = tree,
                    case .primitive(BERTag.integer, let number)? = parts.first
                else {
                    Issue.record("\(name): \(Self.hex(bytes)) was taken for a message")
                    continue
                }
                #expect(number.reduce(0) { $0 << 8 | Int($1) } == message.id, "\(name)")
                taken += 1
            }
        }
        #expect(taken > 200, "\(taken)")
    }
}

extension BERWriter {
    /// Writes an element with all that stands in it.
    fileprivate mutating func write(_ tree: BERTree) {
        switch tree {
        case .primitive(let tag, let content): octets(content, tag: tag)
        case .constructed(let tag, let elements):
            constructed(tag) { writer in
                for element in elements { writer.write(element) }
            }
        }
    }
}
