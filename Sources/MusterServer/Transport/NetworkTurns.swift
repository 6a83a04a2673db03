import MusterCore
import NIOCore

/// Those who wait, network by network in turns, so that who opens many connections waits for itself.
struct NetworkTurns {
    /// Somebody who waits, and since when.
    typealias Waiting = (reader: any WaitingReader, since: NIODeadline)

    private var lanes: [SourceNetwork: CircularBuffer<Waiting>] = [:]
    /// The networks of which somebody waits, each once, the next first.
    private var turns = CircularBuffer<SourceNetwork>()
    private var gone = 0

    /// How many are in it, with those that have gone.
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    mutating func add(_ reader: any WaitingReader, of network: SourceNetwork, at now: NIODeadline) {
        if lanes[network] == nil { turns.append(network) }
        lanes[network, default: CircularBuffer(initialCapacity: 1)].append((reader, now))
        count += 1
    }

    /// Takes out the one whose turn it is and who still waits.
    mutating func next() -> Waiting? {
        while let network = turns.popFirst() {
            guard let first = lanes[network]?.popFirst() else { continue }
            count -= 1
            if lanes[network]?.isEmpty ?? true {
                lanes[network] = nil
            } else {
                turns.append(network)
            }
            if first.reader.isWaiting { return first }
        }
        gone = 0
        return nil
    }

    /// Notes that somebody has gone; when they are most of all, they are taken out.
    mutating func noteGone() {
        gone += 1
        guard gone > max(64, count / 2) else { return }
        gone = 0
        for (network, lane) in lanes {
            let rest = lane.filter(\.reader.isWaiting)
            count -= lane.count - rest.count
            lanes[network] = rest.isEmpty ? nil : CircularBuffer(rest)
        }
        turns = CircularBuffer(turns.filter { lanes[$0] != nil })
    }
}
