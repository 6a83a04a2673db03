import SwiftASN1

@testable import LDAPWire

/// An element of BER, as two readers have to agree on it.
indirect enum BERTree: Equatable {
    /// A tag and its bytes.
    case primitive(UInt8, [UInt8])
    /// A tag and what stands in it.
    case constructed(UInt8, [BERTree])

    /// The bit of a tag that says that elements stand in it (X.690 section 8.1.2.5).
    private static let constructedBit: UInt8 = 0x20

    /// Reads one element with all that stands in it by ``BERReader``.
    ///
    /// - Throws: ``BERError``.
    init(house bytes: [UInt8]) throws(BERError) {
        var reader = BERReader(bytes[...])
        self = try BERTree(house: &reader)
        try reader.requireEnd()
    }

    private init(house reader: inout BERReader) throws(BERError) {
        let (tag, content) = try reader.element()
        guard tag & Self.constructedBit != 0 else {
            self = .primitive(tag, Array(content))
            return
        }
        var inner = BERReader(content)
        var elements: [BERTree] = []
        while !inner.isAtEnd { elements.append(try BERTree(house: &inner)) }
        self = .constructed(tag, elements)
    }

    /// What swift-asn1 has read.
    init(_ node: ASN1Node) {
        let classes: UInt8 =
            switch node.identifier.tagClass {
            case .universal: 0x00
            case .application: 0x40
            case .contextSpecific: 0x80
            case .private: 0xC0
            }
        let tag = classes | UInt8(truncatingIfNeeded: node.identifier.tagNumber)
        switch node.content {
        case .primitive(let bytes): self = .primitive(tag, Array(bytes))
        case .constructed(let nodes):
            self = .constructed(tag | Self.constructedBit, nodes.map { BERTree($0) })
        }
    }

    /// How many levels there are.
    var depth: Int {
        switch self {
        case .primitive: 1
        case .constructed(_, let elements): 1 + (elements.map(\.depth).max() ?? 0)
        }
    }

    /// Whether an element has the tag 0 of the universal ones, which is that of an end of contents and of nothing else.
    var hasReservedTag: Bool {
        switch self {
        case .primitive(let tag, _): tag == 0
        case .constructed(let tag, let elements):
            tag == Self.constructedBit || elements.contains(where: \.hasReservedTag)
        }
    }
}

/// Elements at random, and the bytes of them: well-formed, with lengths in every form that BER knows, or damaged.
struct RandomBER {
    private var state: UInt64

    /// Begins a sequence that is always the same.
    init(seed: UInt64) {
        state = seed
    }

    /// The next number of SplitMix64 (Steele, Lea and Flood 2014).
    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number from 0, below `bound`.
    mutating func number(below bound: Int) -> Int {
        Int(next() % UInt64(bound))
    }

    private mutating func byte() -> UInt8 {
        UInt8(truncatingIfNeeded: next())
    }

    /// A tree; tags are those of one byte, all of them but what marks longer ones.
    mutating func tree(levels: Int = 5) -> BERTree {
        var tag = byte()
        if tag & 0x1F == 0x1F { tag &-= 1 }
        guard levels > 1, number(below: 5) > 1 else {
            let count = number(below: 20) == 0 ? 100 + number(below: 400) : number(below: 12)
            return .primitive(tag & ~0x20, (0..<count).map { _ in byte() })
        }
        return .constructed(
            tag | 0x20,
            (0..<number(below: 5)).map { _ in tree(levels: levels - 1) }
        )
    }

    /// The bytes of a tree, each length in one of its forms.
    mutating func bytes(of tree: BERTree) -> [UInt8] {
        switch tree {
        case .primitive(let tag, let content): return [tag] + length(content.count) + content
        case .constructed(let tag, let elements):
            let content = elements.flatMap { bytes(of: $0) }
            return [tag] + length(content.count) + content
        }
    }

    /// A length: in one byte where that holds it, or in several, with zeros in front or without (X.690 section 8.1.3).
    private mutating func length(_ length: Int) -> [UInt8] {
        guard length > 127 || number(below: 4) == 0 else { return [UInt8(length)] }
        let needed = length > 0xFFFF ? 3 : length > 0xFF ? 2 : 1
        let size = needed + number(below: 9 - needed)
        return [0x80 | UInt8(size)]
            + (0..<size).map { UInt8(truncatingIfNeeded: length >> (8 * (size - 1 - $0))) }
    }

    /// The bytes of a tree with what BER has and LDAP has not: ends that are marked in place of lengths, and tags of more bytes.
    mutating func foreign(_ tree: BERTree) -> [UInt8] {
        switch tree {
        case .primitive(let tag, let content):
            let tags = number(below: 4) == 0 ? [tag | 0x1F, 0x81, 0x01] : [tag]
            return tags + length(content.count) + content
        case .constructed(let tag, let elements):
            let content = elements.flatMap { foreign($0) }
            return number(below: 3) == 0
                ? [tag, 0x80] + content + [0x00, 0x00] : [tag] + length(content.count) + content
        }
    }

    /// Some bytes with something wrong in them, or with nothing wrong by chance.
    mutating func damaged(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0...number(below: 3) where !bytes.isEmpty {
            let place = number(below: bytes.count)
            switch number(below: 7) {
            case 0: bytes[place] = byte()
            case 1: bytes[place] ^= 1 << UInt8(number(below: 8))
            case 2: bytes.remove(at: place)
            case 3: bytes.insert(byte(), at: place)
            case 4: bytes.removeLast(bytes.count - place)
            // What stands for lengths without an end, ends, and numbers of more bytes than there are.
            case 5:
                bytes[place] = [0x00, 0x80, 0x81, 0x84, 0x88, 0x89, 0xFF, 0x1F][number(below: 8)]
            default: bytes.insert(contentsOf: bytes[place...].prefix(4), at: place)
            }
        }
        return bytes
    }
}
