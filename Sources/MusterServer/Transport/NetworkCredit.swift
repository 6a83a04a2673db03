import MusterCore
import NIOCore

/// How many newcomers of each network are read from at once, since others of it have turned out to be callers.
///
/// A program that opens a connection for each request is a stranger each time until its credentials are read. Each connection
/// on which they are found good lets two more of its network go ahead: its successor, and one besides, so that a program is
/// soon at its own pace. Who goes ahead and shows no credentials has used one up.
struct NetworkCredit {
    /// The most that one network has.
    static let most = 128
    /// How many a caller's connection brings.
    static let gain = 2
    /// How many networks are kept; all are forgotten when there are more.
    static let mostNetworks = 4096

    private var credits: [SourceNetwork: Int] = [:]

    /// Takes one off; whether there was one.
    mutating func take(of network: SourceNetwork) -> Bool {
        guard let count = credits[network], count > 0 else { return false }
        credits[network] = count - 1
        return true
    }

    /// Notes that a connection's caller is known.
    mutating func earn(for network: SourceNetwork) {
        if credits.count >= Self.mostNetworks, credits[network] == nil { credits = [:] }
        credits[network] = min(credits[network, default: 0] + Self.gain, Self.most)
    }
}

/// A connection on its way from a stranger's to a caller's.
///
/// Where others of its network have been callers it reads ahead of the line of strangers, some times: enough for a handshake of TLS
/// and a request. What it takes is reckoned to the strangers only if it turns out to be one.
///
/// Belongs to its event loop.
struct Newcomer {
    /// How often one reads ahead: a greeting in two pieces, the end of a handshake, and a head with room to spare.
    static let readings = 8

    private enum Standing {
        case new
        case ahead(readings: Int, taken: TimeAmount)
        case judged
    }

    private var standing = Standing.new

    /// Whether it reads now, ahead of the strangers who wait.
    mutating func reads(_ pace: LoopPace, from network: SourceNetwork) -> Bool {
        switch standing {
        case .new:
            guard pace.letsAhead(network) else { return false }
            standing = .ahead(readings: Self.readings - 1, taken: LoopPace.cost)
            return true
        case .ahead(let readings, let taken):
            guard readings > 0 else {
                end(pace)
                return false
            }
            standing = .ahead(readings: readings - 1, taken: taken + LoopPace.cost)
            return true
        case .judged:
            return false
        }
    }

    /// Notes how long it took to look at what was read, after which nobody is known.
    mutating func took(_ time: TimeAmount, _ pace: LoopPace) {
        if case .ahead(let readings, let taken) = standing {
            standing = .ahead(readings: readings, taken: taken + time)
        } else {
            pace.took(time)
        }
    }

    /// Notes that its caller is known.
    mutating func proved(_ pace: LoopPace, _ network: SourceNetwork) {
        if case .judged = standing { return }
        standing = .judged
        pace.earned(network)
    }

    /// Notes that it is a stranger's after all, or has ended as one.
    mutating func end(_ pace: LoopPace) {
        if case .ahead(_, let taken) = standing { pace.took(taken) }
        standing = .judged
    }
}
