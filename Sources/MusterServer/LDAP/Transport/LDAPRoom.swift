import MusterCore

/// What the messages of one connection of LDAP take of the budget of everything that is arriving: those that come, and those
/// whose operations are under way.
struct LDAPRoom {
    /// How many bytes of each connection cost nothing: more than nearly all messages have, so that what strangers do to the
    /// budget does not keep a bind out.
    static let free = 4096
    /// Room is taken and given back in steps of so many bytes.
    private static let step = 4096

    private let budget: ArrivalBudget
    private var party = ArrivalBudget.Party.stranger
    private var taken = 0

    init(of budget: ArrivalBudget) {
        self.budget = budget
    }

    /// Takes room for so many bytes, or gives back what is more than that.
    ///
    /// - Returns: Whether there was so much.
    mutating func settle(at bytes: Int) -> Bool {
        let needed = max(0, bytes - Self.free)
        let wanted = (needed + Self.step - 1) / Self.step * Self.step
        if wanted > taken {
            guard budget.take(wanted - taken, for: party) else { return false }
        } else if wanted < taken {
            budget.giveBack(taken - wanted, from: party)
        }
        taken = wanted
        return true
    }

    /// What is taken from now on is that of whoever has bound, or of a stranger where nobody has; where that is another than
    /// before, all of it is given back.
    mutating func begin(as caller: UserID?) {
        let other = caller.map { ArrivalBudget.Party.caller($0) } ?? .stranger
        guard other != party else { return }
        giveBack()
        party = other
    }

    /// Gives all of it back.
    mutating func giveBack() {
        guard taken > 0 else { return }
        budget.giveBack(taken, from: party)
        taken = 0
    }
}
