/// What the heads of requests take of the budget of everything that is arriving, on one connection.
///
/// A head is kept from its first byte until its request is answered, as one text for each name and each value.
struct HeadRoom {
    /// What a head takes beyond its bytes for each of its lines.
    private static let lineCost = 48
    /// How much of each connection's heads costs nothing: more than those of browsers need.
    private static let free = 4096
    /// Room is taken in steps of so many bytes.
    private static let step = 4096

    private let budget: ArrivalBudget
    private var taken = 0

    init(of budget: ArrivalBudget) {
        self.budget = budget
    }

    /// Takes room for a head of so many bytes and lines, and says whether there was so much.
    mutating func take(bytes: Int, lines: Int) -> Bool {
        let needed = bytes + lines * HeadRoom.lineCost - HeadRoom.free
        guard needed > taken else { return true }
        let more = (needed - taken + HeadRoom.step - 1) / HeadRoom.step * HeadRoom.step
        guard budget.take(more, for: .stranger) else { return false }
        taken += more
        return true
    }

    /// Gives all of it back.
    mutating func giveBack() {
        guard taken > 0 else { return }
        budget.giveBack(taken, from: .stranger)
        taken = 0
    }
}
