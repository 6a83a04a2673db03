import LDAPWire
import MusterCore

/// How far a search has come: after which entry it goes on.
struct LDAPPosition: Sendable, Comparable {
    /// The parts of the tree, in the order in which they are gone through.
    enum Part: UInt8, Sendable {
        case suffix, people, groups, user, group

        /// Of which kind entries of it are.
        var kind: LDAPEntry.Kind {
            switch self {
            case .suffix: .suffix
            case .people: .people
            case .groups: .groups
            case .user: .user
            case .group: .group
            }
        }
    }

    var part: Part
    /// The number of the user or the group.
    var number: Int64 = 0

    static func < (left: LDAPPosition, right: LDAPPosition) -> Bool {
        (left.part.rawValue, left.number) < (right.part.rawValue, right.number)
    }
}

/// Where the next page of a search begins.
struct LDAPPageStart: Sendable, Equatable {
    /// After which entry.
    var position: LDAPPosition
    /// How many entries were shown on the pages before.
    var shown: Int

    /// How many bytes stand before the digest.
    private static let byteCount = 17

    private var bytes: [UInt8] {
        let numbers = [position.number, Int64(shown)]
        return [position.part.rawValue]
            + numbers.flatMap { number in
                (0..<8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
            }
    }

    /// The start as a client keeps it, so that nothing is kept here: nobody can make one up, nor use it for another search.
    func cookie(of search: LDAPSearchDigest, _ digester: any Digester) -> [UInt8] {
        bytes + digester.keyedDigest(bytes + search.bytes).bytes
    }

    init(position: LDAPPosition, shown: Int) {
        self.position = position
        self.shown = shown
    }

    /// Reads what a client has kept; nil if it is of another search, or was never given.
    init?(_ cookie: ArraySlice<UInt8>, of search: LDAPSearchDigest, _ digester: any Digester) {
        guard cookie.count > Self.byteCount,
            let part = cookie.first.flatMap(LDAPPosition.Part.init(rawValue:))
        else { return nil }
        func number(_ place: Int) -> Int64 {
            cookie.dropFirst(place).prefix(8).enumerated().reduce(0) { sum, byte in
                sum | Int64(byte.element) << (Int64(byte.offset) * 8)
            }
        }
        self.init(
            position: LDAPPosition(part: part, number: number(1)),
            shown: Int(clamping: number(9))
        )
        let digest = digester.keyedDigest(bytes + search.bytes)
        guard digest.matches(Digest(Array(cookie.dropFirst(Self.byteCount)))) else { return nil }
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
        writer.octets((sort?.attribute.name ?? "").utf8)
        writer.boolean(sort?.isReversed == true)
        bytes = writer.bytes
    }
}
