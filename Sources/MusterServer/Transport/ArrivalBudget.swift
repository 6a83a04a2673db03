import MusterCore
import Synchronization

/// Room in memory for requests on their way in, shared by all connections.
///
/// Strangers, whose credentials are missing or not known yet, share one half of it, and those who are known the other,
/// of which one caller has at most a quarter, if its largest body needs no more, and at most half of what others have
/// left: nobody takes it all, with however many names. Whoever holds next to nothing gets a little always.
final class ArrivalBudget: Sendable {
    /// Who takes room.
    enum Party: Sendable, Equatable {
        case stranger
        case caller(UserID)
    }

    private struct Taken {
        var strangers = 0
        var callers = 0
        var ofCaller: [UserID: Int] = [:]
    }

    private let limit: Int
    private let ofOneCaller: Int
    private let always: Int
    private let taken = Mutex(Taken())

    /// A budget of so many bytes.
    ///
    /// - Parameters:
    ///   - limit: How many bytes there are.
    ///   - body: How many bytes one body has at most.
    ///   - always: How many bytes each caller gets whatever others have taken: as many as are read of strangers.
    init(_ limit: Int, body: Int = 0, always: Int = 16_384) {
        self.limit = limit
        self.always = always
        // A buffer of so many bytes may be twice as large.
        ofOneCaller = min(max(limit / 8, body * 2), limit - limit / 2)
    }

    /// The budget of a server with some limits.
    convenience init(_ limits: RequestLimits) {
        self.init(limits.arrivalBytes, body: limits.bodyBytes)
    }

    /// How many bytes are taken.
    var bytes: Int {
        taken.withLock { $0.strangers + $0.callers }
    }

    /// Takes room, and says whether there was so much.
    func take(_ bytes: Int, for party: Party) -> Bool {
        taken.withLock { taken in
            switch party {
            case .stranger:
                guard taken.strangers + bytes <= limit / 2 else { return false }
                taken.strangers += bytes
            case .caller(let caller):
                let held = taken.ofCaller[caller, default: 0]
                let own = held + bytes
                guard own <= always || own <= mostOfOne(besides: taken.callers - held) else {
                    return false
                }
                taken.callers += bytes
                taken.ofCaller[caller] = own
            }
            return true
        }
    }

    /// How much one caller may have while others have so much.
    private func mostOfOne(besides others: Int) -> Int {
        guard others > 0 else { return ofOneCaller }
        return min(ofOneCaller, max(0, limit - limit / 2 - others) / 2)
    }

    /// Gives room back.
    func giveBack(_ bytes: Int, from party: Party) {
        taken.withLock { taken in
            switch party {
            case .stranger: taken.strangers -= bytes
            case .caller(let caller):
                taken.callers -= bytes
                let own = taken.ofCaller[caller, default: 0] - bytes
                taken.ofCaller[caller] = own > 0 ? own : nil
            }
        }
    }

    /// What a request is answered for which there is no room.
    static var isSpent: MusterError {
        .overloaded(
            "More requests are arriving than there is room for. Try again.",
            retryAfter: 2,
            for: .arrivals
        )
    }
}

/// The room that one body has taken of a budget, given back when nobody holds this any more.
final class ArrivalShare: Sendable {
    /// How many bytes of each body cost nothing: those of nearly every request.
    ///
    /// What strangers do to the budget does not keep a login out.
    static let free = 2048

    private let budget: ArrivalBudget
    private let party: ArrivalBudget.Party
    private let taken = Mutex(0)

    init(of budget: ArrivalBudget, for party: ArrivalBudget.Party) {
        self.budget = budget
        self.party = party
    }

    /// Whether it is a stranger's.
    var isStrangers: Bool {
        if case .stranger = party { true } else { false }
    }

    deinit {
        budget.giveBack(taken.withLock { $0 }, from: party)
    }

    /// Takes room until there is enough for a body of this size.
    ///
    /// - Throws: ``MusterError`` with code `server.overloaded`.
    func grow(to bytes: Int) throws(MusterError) {
        let hasRoom = taken.withLock { taken in
            guard bytes > ArrivalShare.free, bytes > taken else { return true }
            guard budget.take(bytes - taken, for: party) else { return false }
            taken = bytes
            return true
        }
        guard hasRoom else { throw ArrivalBudget.isSpent }
    }
}
