import MusterSQL
import Testing

@testable import MusterPostgres

@Suite("A node never goes back to a server in whose place another one was promoted")
struct ServerHistoryTests {
    private func identity(_ timeline: Int64, of system: Int64 = 7) -> ServerIdentity {
        ServerIdentity(system: system, timeline: timeline, start: 1)
    }

    @Test("what a server says of itself is read, or is nothing")
    func texts() {
        let found = ServerIdentity("7301234567890123456 31 1764540000250000")
        #expect(found?.system == 7_301_234_567_890_123_456 && found?.timeline == 31)
        #expect(found?.start == 1_764_540_000_250_000)
        for text in ["", "7301234567890123456", "1 2", "1 x 3", "1 2 3 4"] {
            #expect(ServerIdentity(text) == nil, "\(text)")
        }
    }

    @Test("one of an earlier history is refused once a later one is known, and no other")
    func order() {
        let history = ServerHistory()
        let (first, second) = (identity(1), identity(2))
        #expect(history.admits(first) && history.admits(first))
        #expect(history.admits(second))
        #expect(!history.admits(first) && history.admits(second))
        // Another database's, as after a move, and one that cannot say what it is.
        #expect(history.admits(identity(1, of: 1)) && history.admits(nil))
        #expect(!history.admits(first))
    }

    @Test(
        "a server says which it is, and connections of before another one was promoted are closed"
    )
    func connections() throws {
        let place = try PostgresServer.shared.get().makePlace()
        let (one, other) = (PostgresLink(place), PostgresLink(place))
        let former = try one.connection()
        let server = try #require(former.server)
        #expect(try other.connection().server == server)
        #expect(server.system != 0 && server.timeline >= 1 && server.start > 0)
        #expect(place.history.admits(identity(server.timeline + 1, of: server.system)))
        for link in [one, other] {
            let error = #expect(throws: PostgresError.self) { _ = try link.connection() }
            #expect(error?.message.contains("before another one was promoted") == true)
        }
        #expect(!former.isOpen)
    }

    @Test("a server that did not answer is tried after the others")
    func turns() throws {
        let server = try PostgresServer.shared.get()
        let hosts = "host=\(server.folder),\(server.folder)"
        let text = "\(hosts) user=muster dbname=muster connect_timeout=300"
        for more in ["", " target_session_attrs=primary"] {
            var place = PostgresPlace(address: try PostgresAddress(text + more))
            place.patience = .seconds(300)
            place.limits = (statement: .seconds(600), lock: .seconds(300))
            let link = PostgresLink(place)
            let first = try link.connection()
            #expect(first.place == 0)
            first.patience = .milliseconds(1)
            #expect(throws: PostgresError.self) { try first.rows("SELECT pg_sleep(1)") { _ in 0 } }
            #expect(first.isGivenUp && !first.isOpen)
            let second = try link.connection()
            #expect(second.place == 1)
            // One that broke off otherwise is tried first again.
            second.close()
            #expect(try link.connection().place == 1)
            link.drop()
        }
    }
}
