import MusterCore
import Synchronization

/// Keeps a few neighbourhoods from holding all connections that there may be.
///
/// While there is room everybody may have as many as it likes. When three quarters are taken, a neighbourhood (/24 of
/// IPv4, /48 of IPv6) that has a quarter of all gets no more. When nearly all are taken, a newcomer gets the place of a
/// connection on which nobody is being served, of a neighbourhood that holds the most; only a newcomer from such a
/// neighbourhood gets none. Proxies that are trusted, and programs on this machine, are not counted by themselves: all that
/// they bring comes from them.
final class ConnectionShares: Sendable {
    /// The most connections that are looked at to find one on which nobody is being served.
    private static let looks = 32

    private struct State {
        var together = 0
        var places = ConnectionCrowd()
    }

    private let limit: Int
    /// From how many on newcomers get others' places: what is behind it is for those whose place is being cleared.
    private let full: Int
    private let uncounted: HostRules
    private let noteRefusal: @Sendable () -> Void
    private let state = Mutex(State())

    /// Shares out so many connections; `noteRefusal` is called for each that is ended.
    init(
        _ limit: Int,
        uncounted: HostRules,
        noteRefusal: @escaping @Sendable () -> Void = {}
    ) {
        self.limit = limit
        full = limit - min(64, limit / 8)
        self.uncounted = uncounted
        self.noteRefusal = noteRefusal
    }

    /// Counts a connection from an address.
    ///
    /// - Parameters:
    ///   - address: Where it comes from; nil where that is unknown.
    ///   - end: Ends it when its place goes to somebody else; called on any thread.
    /// - Returns: Its place; nil where it may not go on.
    func enter(
        _ address: IPAddress?,
        end: @escaping @Sendable () -> Void
    ) -> ConnectionPlace? {
        let neighbourhood = counted(address)
        let (place, loser) = state.withLock { state -> (ConnectionPlace?, ConnectionPlace?) in
            let own = neighbourhood.map { state.places.count(of: $0) } ?? 0
            guard state.together < limit - limit / 4 || own < max(1, limit / 4) else {
                return (nil, nil)
            }
            var loser: ConnectionPlace?
            if state.together >= full {
                guard own == 0 || own < state.places.most else { return (nil, nil) }
                loser = state.places.removeIdle(looks: Self.looks)
                if loser != nil { state.together -= 1 }
            }
            state.together += 1
            let place = ConnectionPlace(neighbourhood, end)
            state.places.add(place)
            return (place, loser)
        }
        if place == nil || loser != nil { noteRefusal() }
        loser?.end()
        return place
    }

    /// Gives a place back, if it has not gone to somebody else.
    func leave(_ place: ConnectionPlace) {
        state.withLock { state in
            if state.places.remove(place) { state.together -= 1 }
        }
    }

    private func counted(_ address: IPAddress?) -> SourceNetwork? {
        guard let address, !address.isOfThisMachine else { return nil }
        guard uncounted.networks.isEmpty || !uncounted.allow(address) else { return nil }
        return SourceNetwork(of: address).neighbourhood
    }
}

/// The place of one connection among all that there may be.
final class ConnectionPlace: Sendable {
    /// Where it comes from; nil for whoever is not counted.
    fileprivate let neighbourhood: SourceNetwork?
    fileprivate let end: @Sendable () -> Void
    private let served = Atomic(false)

    fileprivate init(_ neighbourhood: SourceNetwork?, _ end: @escaping @Sendable () -> Void) {
        self.neighbourhood = neighbourhood
        self.end = end
    }

    /// Whether a whole request is here, or a known caller's is arriving, and waits for its answer.
    var isServed: Bool {
        get { served.load(ordering: .relaxed) }
        set { served.store(newValue, ordering: .relaxed) }
    }
}

/// Connections by neighbourhood, in which those that have the most are found at once.
private struct ConnectionCrowd {
    private var ofNeighbourhood: [SourceNetwork: [ObjectIdentifier: ConnectionPlace]] = [:]
    private var ofNobody: Set<ObjectIdentifier> = []
    /// Which neighbourhoods have so many.
    private var bySize: [Int: Set<SourceNetwork>] = [:]

    /// How many one of those has that have the most.
    private(set) var most = 0

    func count(of neighbourhood: SourceNetwork) -> Int {
        ofNeighbourhood[neighbourhood]?.count ?? 0
    }

    mutating func add(_ place: ConnectionPlace) {
        guard let neighbourhood = place.neighbourhood else {
            ofNobody.insert(ObjectIdentifier(place))
            return
        }
        let before = count(of: neighbourhood)
        ofNeighbourhood[neighbourhood, default: [:]][ObjectIdentifier(place)] = place
        move(neighbourhood, from: before, to: before + 1)
    }

    /// Takes a place out; whether it was there.
    mutating func remove(_ place: ConnectionPlace) -> Bool {
        guard let neighbourhood = place.neighbourhood else {
            return ofNobody.remove(ObjectIdentifier(place)) != nil
        }
        let before = count(of: neighbourhood)
        let removed = ofNeighbourhood[neighbourhood]?.removeValue(forKey: ObjectIdentifier(place))
        guard removed != nil else { return false }
        if before == 1 { ofNeighbourhood[neighbourhood] = nil }
        move(neighbourhood, from: before, to: before - 1)
        return true
    }

    /// Takes out a place on which nobody is being served, of those who have the most; nil where none is found.
    ///
    /// Which one is as good as left to chance: it is the order in which hashes fall.
    mutating func removeIdle(looks: Int) -> ConnectionPlace? {
        guard let idle = idle(looks: looks) else { return nil }
        return remove(idle) ? idle : nil
    }

    private func idle(looks: Int) -> ConnectionPlace? {
        var left = looks
        for neighbourhood in bySize[most] ?? [] {
            for place in (ofNeighbourhood[neighbourhood] ?? [:]).values {
                guard left > 0 else { return nil }
                if !place.isServed { return place }
                left -= 1
            }
        }
        return nil
    }

    private mutating func move(_ neighbourhood: SourceNetwork, from old: Int, to new: Int) {
        bySize[old]?.remove(neighbourhood)
        if bySize[old]?.isEmpty == true { bySize[old] = nil }
        if new > 0 { bySize[new, default: []].insert(neighbourhood) }
        // Whoever had the most has one less now, or nobody has any.
        most = max(new, bySize[most] == nil ? most - 1 : most, 0)
    }
}

extension IPAddress {
    /// Whether it is of this machine: 127.0.0.0/8 or ::1 (RFC 1122 section 3.2.1.3, RFC 4291 section 2.5.3).
    fileprivate var isOfThisMachine: Bool {
        family == .v4 ? bits >> 24 == 127 : bits == 1
    }
}
