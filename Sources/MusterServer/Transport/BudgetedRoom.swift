import MusterCore
import Synchronization

/// What imports may hold in memory, shared by callers as room for bodies is (``ArrivalBudget``).
///
/// Callers get one half of each, one of them a quarter of that and at most half of what others have left.
struct ImportBudgets: Sendable {
    /// For lines that wait to be written: 32 MiB of one caller.
    ///
    /// Whoever finds no room writes what it has at once.
    let lines = ArrivalBudget(268_435_456, always: 1_048_576)
    /// For login names that were seen: 64 MiB of one caller.
    ///
    /// That is `ImportReader.mostNames` of them. Whoever finds no room ends.
    let names = ArrivalBudget(536_870_912, always: 2_097_152)
}

/// What one import has taken of a budget, given back when nobody holds this any more.
final class BudgetedRoom: ImportRoom {
    private let budget: ArrivalBudget
    private let party: ArrivalBudget.Party
    private let taken = Mutex(0)

    init(of budget: ArrivalBudget, for caller: UserID) {
        self.budget = budget
        party = .caller(caller)
    }

    deinit {
        budget.giveBack(taken.withLock { $0 }, from: party)
    }

    /// Takes room, and says whether there was so much.
    func take(_ bytes: Int) -> Bool {
        taken.withLock { taken in
            guard budget.take(bytes, for: party) else { return false }
            taken += bytes
            return true
        }
    }

    /// Gives back some of what was taken.
    func giveBack(_ bytes: Int) {
        taken.withLock { $0 -= bytes }
        budget.giveBack(bytes, from: party)
    }
}
