import LDAPWire
import MusterCore

/// How far a search has come: after which entry it goes on.
struct LDAPPosition: Sendable, Comparable {
    /// The parts of the tree, in the order in which they are gone through.
    enum Part: UInt8, Sendable {
        case suffix, people, groups, user, group
    }

    var part: Part
    /// The number of the user or the group; of a sorted search, how many entries were shown.
    var number: Int64 = 0

    static func < (left: LDAPPosition, right: LDAPPosition) -> Bool {
        (left.part.rawValue, left.number) < (right.part.rawValue, right.number)
    }

    private var bytes: [UInt8] {
        [part.rawValue] + (0..<8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    }

    /// The position as a client keeps it, so that nothing is kept here: nobody can make one up, nor use it for another search.
    func cookie(of search: LDAPSearchDigest, _ digester: any Digester) -> [UInt8] {
        bytes + digester.keyedDigest(bytes + search.bytes).bytes
    }

    /// Reads what a client has kept; nil if it is of another search, or was never given.
    init?(_ cookie: ArraySlice<UInt8>, of search: LDAPSearchDigest, _ digester: any Digester) {
        guard cookie.count > 9, let part = cookie.first.flatMap(Part.init(rawValue:)) else {
            return nil
        }
        let number = cookie.dropFirst().prefix(8).enumerated().reduce(Int64(0)) { sum, byte in
            sum | Int64(byte.element) << (Int64(byte.offset) * 8)
        }
        self.init(part: part, number: number)
        let digest = digester.keyedDigest(bytes + search.bytes)
        guard digest.matches(Digest(Array(cookie.dropFirst(9)))) else { return nil }
    }

    init(part: Part, number: Int64 = 0) {
        self.part = part
        self.number = number
    }
}

/// What tells one search from another.
struct LDAPSearchDigest: Sendable {
    let bytes: [UInt8]
}

extension LDAPSearchDigest {
    /// Of who searches, where, how deep, by which filter, and in which order.
    init(_ search: LDAPSearch, by caller: Principal?, sortedBy sort: LDAPSort?) {
        var writer = BERWriter()
        writer.integer(Int(caller?.user.id.rawValue ?? 0))
        writer.integer(search.scope.rawValue)
        writer.octets(search.base)
        writer.raw(search.filterBytes)
        writer.octets((sort?.attribute.rawValue ?? "").utf8)
        writer.boolean(sort?.isReversed == true)
        bytes = writer.bytes
    }
}
