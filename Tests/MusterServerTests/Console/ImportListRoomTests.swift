import MusterConsole
import MusterCore
import Testing

@testable import MusterServer

@Suite("What a list for the console's import holds in memory")
struct ImportListRoomTests {
    private static let owner = UserID(rawValue: 1)
    /// Of which one caller has a thousand bytes.
    private let budget = ArrivalBudget(8_000, always: 0)

    /// An import of a file of 100 bytes, which has taken room for them.
    private func job() -> ImportJob {
        let room = BudgetedRoom(of: budget, for: Self.owner)
        #expect(room.take(100))
        return ImportJob(
            "1",
            of: Self.owner,
            ImportOptions(),
            name: "users.csv",
            file: Array(repeating: UInt8(ascii: "a"), count: 100),
            room: room,
            at: Timestamp(rawValue: 0)
        )
    }

    /// Tools that make `count` bytes of a file.
    private func tools(making count: Int) -> ConsoleTools {
        ConsoleTools(
            readCSV: { (_, takeRoom) throws(MusterError) in
                guard takeRoom(count) else { throw .overloaded("no room", retryAfter: 1) }
                return .init(Array(repeating: UInt8(ascii: "\n"), count: count))
            },
            csvLine: { $0.joined(separator: ",") },
            backup: nil
        )
    }

    @Test("what is made of the file takes room, and the file gives its own back")
    func made() throws {
        let job = job()
        _ = try job.lines(tools(making: 700))
        #expect(budget.bytes == 700)
        _ = try job.lines(nil)
        #expect(budget.bytes == 700, "it is made once")
        job.end(MusterError(.inputMalformed, "no"), at: Timestamp(rawValue: 1))
        #expect(budget.bytes == 0)
    }

    @Test("there is no more than the room, and all of it is given back when the import has ended")
    func refused() {
        let job = job()
        #expect(throws: MusterError.self) { _ = try job.lines(tools(making: 901)) }
        #expect(budget.bytes == 100)
        job.end(MusterError(.overloaded, "no room"), at: Timestamp(rawValue: 1))
        #expect(budget.bytes == 0)
    }
}
