import MusterTesting
import StoreTesting
import Testing

@testable import MusterCore
@testable import MusterServer

@Suite("What imports hold in memory", .everyStore)
struct ImportRoomTests {
    private let test: TestDirectory
    private let run: UserImport

    init() async throws {
        test = try await TestDirectory()
        run = try ImportService(test.directory).begin(by: test.asAdministrator) {
            () throws(MusterError) in ImportOptions()
        }
    }

    private func candidate(_ number: Int, named name: String? = nil) -> ImportCandidate {
        let username = Username(stored: "user\(number)@example.com")
        return ImportCandidate(
            line: ImportLine(number: number, username: username),
            draft: UserDraft(username: username, name: name)
        )
    }

    private func pipe(_ room: BudgetedRoom) -> ImportBatchWriter {
        ImportBatchWriter(run, stopsAtFailure: false, room: room)
    }

    private static func text(_ answer: NativeImportAnswer) -> String {
        String(decoding: answer.unsent, as: UTF8.self)
    }

    @Test("lines for which there is no room are on disk before more are read")
    func noRoom() async throws {
        let budget = ArrivalBudget(0, always: 0)
        let room = BudgetedRoom(of: budget, for: run.caller)
        var pipe = pipe(room)
        var answer = NativeImportAnswer(shown: .failed, isDryRun: false)
        for number in 1...3 {
            try await pipe.push([candidate(number)], &answer)
            #expect(try await test.directory.userCount() == 1 + number)
        }
        try await pipe.finish(&answer)
        let text = Self.text(answer)
        #expect(text == "{\"progress\":1}\n{\"progress\":2}\n{\"progress\":3}\n")
        #expect(budget.bytes == 0)
    }

    @Test("a batch ends when it has so many bytes, and all that it took is given back")
    func batchBytes() async throws {
        let budgets = ImportBudgets()
        let room = BudgetedRoom(of: budgets.lines, for: run.caller)
        var pipe = pipe(room)
        var answer = NativeImportAnswer(shown: .failed, isDryRun: false)
        let name = String(repeating: "n", count: ImportService.batchBytes / 1000)
        try await pipe.push((1...900).map { candidate($0, named: name) }, &answer)
        #expect(Self.text(answer).isEmpty)
        try await pipe.push((901...1000).map { candidate($0, named: name) }, &answer)
        try await pipe.push([candidate(1001)], &answer)
        #expect(budgets.lines.bytes > ImportService.batchBytes)
        try await pipe.finish(&answer)
        let text = Self.text(answer)
        #expect(text == "{\"progress\":1000}\n{\"progress\":1001}\n")
        // What was told of them may wait to be sent.
        try await pipe.push([], &answer)
        #expect(budgets.lines.bytes == 0)
    }

    @Test("an import of usual lines fills its batches by their number")
    func usual() {
        var usual = candidate(1_000_000, named: "Somebody With A Long Name")
        usual.password = .ready(PasswordHash(String(repeating: "h", count: 120)))
        #expect(usual.bytes * ImportService.batchSize < ImportService.batchBytes)
    }

    @Test("an import that is given up gives back what it took")
    func givenUp() {
        let budget = ArrivalBudget(1_000_000, always: 0)
        do {
            let room = BudgetedRoom(of: budget, for: run.caller)
            #expect(room.take(1000) && room.take(2000))
            room.giveBack(500)
            #expect(budget.bytes == 2500)
            #expect(!room.take(1_000_000))
        }
        #expect(budget.bytes == 0)
    }

    /// Lines of which each has another name, and how each of them is.
    private func part(_ numbers: ClosedRange<Int>) -> (ArraySlice<LineSplitter.Line>, LineChecks) {
        let lines = numbers.map { LineSplitter.Line(number: $0, bytes: [0x7B, 0x7D]) }
        let results = numbers.map { number -> Result<ImportCandidate, MusterError>? in
            .success(candidate(number))
        }
        return (lines[...], results)
    }

    @Test("names for which there is no room end the import, which says from which line on")
    func names() async throws {
        // One caller has an eighth: two times as many names as are asked for at a time.
        let limit = 16 * ImportReader.namesAtATime * SeenNames.bytesOfOne
        let room = BudgetedRoom(of: ArrivalBudget(limit, always: 0), for: run.caller)
        var reader = ImportReader(run, rememberingIn: room)
        var answer = NativeImportAnswer(shown: .failed, isDryRun: true)
        let most = 2 * ImportReader.namesAtATime
        let (lines, results) = part(1...most)
        let taken = try await reader.read(lines, results, &answer)
        #expect(taken.count == most)
        let (more, moreResults) = part(most + 1...most + 1)
        var refusal: MusterError?
        do throws(MusterError) {
            _ = try await reader.read(more, moreResults, &answer)
        } catch {
            refusal = error
        }
        #expect(refusal?.code == .overloaded)
        #expect(refusal?.message.contains("From line \(most + 1) on") == true)
        #expect(answer.failed == 0)
    }

    @Test("lines that were compared before take no room for their names")
    func compared() async throws {
        var reader = ImportReader(run, rememberingIn: nil)
        var answer = NativeImportAnswer(shown: .failed, isDryRun: false)
        let (lines, results) = part(1...2)
        for _ in 1...2 {
            let taken = try await reader.read(lines, results, &answer)
            #expect(taken.count == 2)
        }
        #expect(answer.failed == 0)
    }

    @Test("one caller's imports remember as many names together as the error says")
    func mostNames() throws {
        let budgets = ImportBudgets()
        let all = ImportReader.mostNames * SeenNames.bytesOfOne
        let room = BudgetedRoom(of: budgets.names, for: run.caller)
        let other = BudgetedRoom(of: budgets.names, for: run.caller)
        #expect(room.take(all / 2) && other.take(all / 2))
        #expect(!room.take(1))
        #expect(BudgetedRoom(of: budgets.names, for: UserID(rawValue: 99)).take(all / 2))
    }
}
