import MusterCore
import MusterTesting
import StoreTesting
import Testing

@testable import MusterServer

@Suite("Short lists take a part of the loops' time", .everyStore)
struct ShortListPaceTests {
    private let begin = ContinuousClock.now

    @Test("a tenth of a second has time for so much, and the next has it again")
    func spans() {
        let pace = ShortListPace()
        #expect(pace.hasTime(at: begin))
        pace.took(ShortListPace.share - .milliseconds(1), at: begin)
        #expect(pace.hasTime(at: begin))
        pace.took(.milliseconds(1), at: begin)
        #expect(!pace.hasTime(at: begin))
        #expect(!pace.hasTime(at: begin + ShortListPace.span - .milliseconds(1)))
        #expect(pace.hasTime(at: begin + ShortListPace.span))
    }

    @Test("what one list took beyond its share is missing later on, and no more than that")
    func debt() {
        let pace = ShortListPace()
        pace.took(ShortListPace.share * 3, at: begin)
        #expect(!pace.hasTime(at: begin + ShortListPace.span))
        #expect(!pace.hasTime(at: begin + ShortListPace.span * 2))
        #expect(pace.hasTime(at: begin + ShortListPace.span * 3))
        pace.took(ShortListPace.share * 3, at: begin + ShortListPace.span * 3)
        #expect(pace.hasTime(at: begin + ShortListPace.span * 1000))
    }

    @Test("hosts count, since each of them is read and written")
    func cost() async throws {
        var user = try await TestDirectory().makeUser("jane@example.com")
        let plain = ShortListPace.cost(of: [user])
        user.hosts = try AllowedNetworks((0..<128).map { "10.0.0.\($0)" })
        #expect(ShortListPace.cost(of: [user]) > plain * 20)
        #expect(ShortListPace.cost(of: [user, user]) == ShortListPace.cost(of: [user]) * 2)
    }

    @Test("a page is answered at once while there is time, and then goes where long lists do")
    func page() async throws {
        let test = try await TestDirectory()
        let pace = ShortListPace()
        let read = try #require(TenableUserList(test.directory, pace: pace).route.reading)
        let principal = test.asAdministrator
        func isAnswered() async throws -> Bool {
            try await test.directory.store.read(.bounded) { reader throws(MusterError) in
                let call = ReadCall(
                    principal: principal,
                    parameter: "",
                    queryText: "limit=20",
                    reader: reader
                )
                return try read(call) != nil
            }
        }
        #expect(try await isAnswered())
        pace.took(.seconds(3600), at: .now)
        #expect(try await !isAnswered())
    }
}
