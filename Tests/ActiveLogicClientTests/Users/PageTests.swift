import ActiveLogicClient
import ClientTestSupport
import FoundationEssentials
import HTTPTypes
import MusterCore
import MusterTesting
import Testing

@Suite("Long lists")
struct PageTests {
    @Test("a list of many pages has every user once, by id", arguments: [1_999, 2_000, 4_100])
    func manyUsers(_ count: Int) async throws {
        try await LiveServer.withUsers { users, server in
            let random = server.test.directory.random
            try await server.test.directory.store.write { transaction throws(MusterError) in
                for number in 1..<count {
                    let draft = UserDraft(username: Username(stored: "user\(number)"))
                    _ = try transaction.insertUser(
                        draft,
                        uuid: UUID.random(from: random),
                        at: FixedClock.start
                    )
                }
            }
            let list = try await users.list(ActiveLogicClient.User.self)
            #expect(list.count == count)
            #expect(list.map(\.id) == Array(Set(list.map(\.id))).sorted())
            #expect(server.count("GET", "/users") == count / 2_000 + 1)
        }
    }

    @Test("a server that does not know pages is asked once, for everything")
    func withoutPaging() async throws {
        let body = #"{"users":[\#(FakeDialect.user)]}"#
        try await FakeServer.run(FakeDialect.script([]) { _, _ in .answer(.ok, body) }) { server in
            try await server.withUsers { users in
                let list = try await users.list(ActiveLogicClient.User.self)
                #expect(list.map(\.name) == ["admin"])
                #expect(server.received.last?.target == "/activelogic/v1/users")
            }
        }
    }

    @Test("a server that repeats a page is stopped")
    func repeating() async throws {
        let users = (1...2_000).map { id in
            #"{"id":\#(id),"name":"u\#(id)","readbm":0,"writebm":0,"lviewbm":0,"timeout":0,"hosts":[]}"#
        }
        let body = #"{"users":[\#(users.joined(separator: ","))]}"#
        try await FakeServer.run(FakeDialect.script { _, _ in .answer(.ok, body) }) { server in
            try await server.withUsers { users in
                let error = await refusal { () async throws(ActiveLogicError) in
                    try await users.list(ActiveLogicClient.User.self)
                }
                #expect(error?.code == "malformed_response")
                #expect(server.received.count == 3)
            }
        }
    }

    @Test("an answer of more than 64 MiB is not read to its end")
    func tooLarge() async throws {
        let body = String(repeating: " ", count: 67_108_865)
        try await FakeServer.run(FakeDialect.script { _, _ in .answer(.ok, body) }) { server in
            try await server.withUsers { users in
                let error = await refusal { () async throws(ActiveLogicError) in
                    try await users.list(ActiveLogicClient.User.self)
                }
                #expect(error?.kind == .pldbIOError)
                #expect(error?.code == "response_too_large")
            }
        }
    }
}
