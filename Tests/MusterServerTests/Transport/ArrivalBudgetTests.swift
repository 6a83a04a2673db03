import MusterCore
import Testing

@testable import MusterServer

@Suite("Room for what is arriving")
struct ArrivalBudgetTests {
    private let budget = ArrivalBudget(100_000, always: 0)

    private func caller(_ number: Int64) -> ArrivalBudget.Party {
        .caller(UserID(rawValue: number))
    }

    @Test("strangers get one half together and callers the other, of which one has a quarter")
    func halves() {
        #expect(budget.take(50_000, for: .stranger))
        #expect(!budget.take(1, for: .stranger))
        for number: Int64 in 2...4 {
            #expect(budget.take(12_500, for: caller(number)))
            #expect(!budget.take(1, for: caller(number)))
        }
        budget.giveBack(12_500, from: caller(2))
        #expect(!budget.take(1, for: .stranger))
        #expect(budget.take(12_500, for: caller(6)))
        #expect(budget.bytes == 87_500)
    }

    @Test("a caller gets half of what others have left, so that nobody takes it all by many names")
    func halfOfTheRest() {
        for number: Int64 in 2...4 { #expect(budget.take(12_500, for: caller(number))) }
        var rest = 12_500
        for number: Int64 in 5...12 {
            #expect(!budget.take(rest / 2 + 1, for: caller(number)))
            #expect(budget.take(rest / 2, for: caller(number)))
            rest -= rest / 2
        }
        #expect(budget.take(rest / 2, for: caller(99)) && rest >= 48)
    }

    @Test("whatever others have taken, each caller gets as much as is read of a stranger")
    func always() {
        let budget = ArrivalBudget(100_000)
        for number: Int64 in 2...20 { while budget.take(1024, for: caller(number)) {} }
        let taken = budget.bytes
        #expect(budget.take(16_384, for: caller(99)))
        #expect(!budget.take(1, for: caller(99)))
        budget.giveBack(16_384, from: caller(99))
        #expect(budget.bytes == taken)
    }

    @Test("one caller's largest body is taken whatever its share, if nobody else's is on its way")
    func largestBody() {
        let budget = ArrivalBudget(100_000, body: 20_000, always: 0)
        #expect(budget.take(40_000, for: caller(2)))
        #expect(!budget.take(1, for: caller(2)))
        #expect(budget.take(5_000, for: caller(3)))
        #expect(!budget.take(1, for: caller(3)))
    }

    @Test("a body gives back all that it took, and is refused with a time to come back")
    func share() throws {
        do {
            let share = ArrivalShare(of: budget, for: .stranger)
            try share.grow(to: 4096)
            try share.grow(to: 16_384)
            try share.grow(to: 8192)
            #expect(budget.bytes == 16_384)
            let error = #expect(throws: MusterError.self) { try share.grow(to: 65_536) }
            #expect(error?.code == .overloaded)
            #expect(error?.details["retry_after_seconds"] == "2")
            #expect(budget.bytes == 16_384)
        }
        #expect(budget.bytes == 0)
    }

    @Test("a short body needs no room, so that a login goes in while strangers take all of theirs")
    func short() throws {
        #expect(budget.take(50_000, for: .stranger))
        try ArrivalShare(of: budget, for: .stranger).grow(to: ArrivalShare.free)
        #expect(throws: MusterError.self) {
            try ArrivalShare(of: budget, for: .stranger).grow(to: ArrivalShare.free + 1)
        }
    }

    @Test("a usual head needs no room, one of many short lines does, and all of it is given back")
    func heads() {
        var room = HeadRoom(of: budget)
        var other = HeadRoom(of: budget)
        let isUsualTaken = room.take(bytes: 1500, lines: 30)
        #expect(isUsualTaken && budget.bytes == 0)
        let areLinesTaken = room.take(bytes: 4000, lines: 1000)
        #expect(areLinesTaken && budget.bytes >= 48_000 && budget.bytes <= 50_000)
        let isOtherTaken = other.take(bytes: 8192, lines: 1)
        #expect(!isOtherTaken)
        room.giveBack()
        #expect(budget.bytes == 0)
        let isTakenLater = other.take(bytes: 8192, lines: 1)
        #expect(isTakenLater)
        other.giveBack()
        #expect(budget.bytes == 0)
    }

    @Test("memory is given back when a crowd has gone, and only then")
    func crowd() {
        var crowd = Crowd(worth: 1000)
        // Not worth it; then a crowd that stays, goes, has gone, and goes further.
        let answers = [900, 0, 5000, 3000, 2000, 2000, 500].map { crowd.hasGone($0) }
        #expect(answers == [false, false, false, false, true, false, true])
    }
}
