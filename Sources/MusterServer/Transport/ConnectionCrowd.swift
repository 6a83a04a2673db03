import MusterCore
import Synchronization

/// The place of one connection among all that there may be.
final class ConnectionPlace: Sendable {
    /// Where it comes from; nil for whoever is not counted.
    let network: SourceNetwork?
    /// Ends the connection.
    let end: @Sendable () -> Void
    private let served = Atomic(false)

    init(_ network: SourceNetwork?, _ end: @escaping @Sendable () -> Void) {
        self.network = network
        self.end = end
    }

    /// Whether a whole request is here, or a known caller's is arriving, and waits for its answer.
    var isServed: Bool {
        get { served.load(ordering: .relaxed) }
        set { served.store(newValue, ordering: .relaxed) }
    }
}

/// Connections by neighbourhood, and within it by network, in which those that have the most are found at once.
struct ConnectionCrowd {
    private var ofNeighbourhood: [SourceNetwork: NetworkCrowd] = [:]
    private var sizes = Sizes()
    private var ofNobody: Set<ObjectIdentifier> = []

    /// How many each neighbourhood among those with the most has.
    var most: Int { sizes.most }

    /// How many the neighbourhood of a place has.
    func count(around place: ConnectionPlace) -> Int {
        place.network.flatMap { ofNeighbourhood[$0.neighbourhood]?.count } ?? 0
    }

    mutating func add(_ place: ConnectionPlace) {
        guard let network = place.network else {
            ofNobody.insert(ObjectIdentifier(place))
            return
        }
        let before = count(around: place)
        ofNeighbourhood[network.neighbourhood, default: NetworkCrowd()].add(place, network)
        sizes.move(network.neighbourhood, from: before, to: before + 1)
    }

    /// Takes a place out; whether it was there.
    mutating func remove(_ place: ConnectionPlace) -> Bool {
        guard let network = place.network else {
            return ofNobody.remove(ObjectIdentifier(place)) != nil
        }
        let (neighbourhood, before) = (network.neighbourhood, count(around: place))
        guard ofNeighbourhood[neighbourhood]?.remove(place, network) == true else { return false }
        if before == 1 { ofNeighbourhood[neighbourhood] = nil }
        sizes.move(neighbourhood, from: before, to: before - 1)
        return true
    }

    /// Takes out a place on which nobody is being served, of the neighbourhoods that have the most; nil if none is
    /// found.
    ///
    /// Which one is as good as left to chance: it is the order in which hashes fall.
    mutating func removeIdle(looks: Int) -> ConnectionPlace? {
        var left = looks
        for neighbourhood in sizes.largest {
            guard left > 0 else { return nil }
            if let idle = ofNeighbourhood[neighbourhood]?.idle(&left) {
                return remove(idle) ? idle : nil
            }
        }
        return nil
    }

    /// As ``removeIdle(looks:)``, for somebody from a neighbourhood, of a network there that has more.
    mutating func removeIdle(near place: ConnectionPlace, looks: Int) -> ConnectionPlace? {
        guard let network = place.network, let crowd = ofNeighbourhood[network.neighbourhood]
        else { return nil }
        let own = crowd.count(of: network)
        var left = looks
        guard own == 0 || crowd.most > own + 1, let idle = crowd.idle(&left) else { return nil }
        return remove(idle) ? idle : nil
    }
}

/// The connections of one neighbourhood.
private struct NetworkCrowd {
    private var ofNetwork: [SourceNetwork: [ObjectIdentifier: ConnectionPlace]] = [:]
    private var sizes = Sizes()
    private(set) var count = 0

    var most: Int { sizes.most }

    func count(of network: SourceNetwork) -> Int { ofNetwork[network]?.count ?? 0 }

    mutating func add(_ place: ConnectionPlace, _ network: SourceNetwork) {
        let before = count(of: network)
        ofNetwork[network, default: [:]][ObjectIdentifier(place)] = place
        sizes.move(network, from: before, to: before + 1)
        count += 1
    }

    mutating func remove(_ place: ConnectionPlace, _ network: SourceNetwork) -> Bool {
        let before = count(of: network)
        let removed = ofNetwork[network]?.removeValue(forKey: ObjectIdentifier(place))
        guard removed != nil else { return false }
        if before == 1 { ofNetwork[network] = nil }
        sizes.move(network, from: before, to: before - 1)
        count -= 1
        return true
    }

    /// One of a network that has the most, on which nobody is being served; takes what it looks at from `left`.
    func idle(_ left: inout Int) -> ConnectionPlace? {
        for network in sizes.largest {
            for place in (ofNetwork[network] ?? [:]).values {
                guard left > 0 else { return nil }
                left -= 1
                if !place.isServed { return place }
            }
        }
        return nil
    }
}

/// Which networks have how many.
private struct Sizes {
    private var bySize: [Int: Set<SourceNetwork>] = [:]

    /// How many each of those with the most has.
    private(set) var most = 0

    /// Those that have the most.
    var largest: Set<SourceNetwork> { bySize[most] ?? [] }

    mutating func move(_ network: SourceNetwork, from old: Int, to new: Int) {
        bySize[old]?.remove(network)
        if bySize[old]?.isEmpty == true { bySize[old] = nil }
        if new > 0 { bySize[new, default: []].insert(network) }
        // Whoever had the most has one less now, or nobody has any.
        most = max(new, bySize[most] == nil ? most - 1 : most, 0)
    }
}
