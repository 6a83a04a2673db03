import HTTPTypes
import Hummingbird
import MusterCore
import MusterTesting
import StoreTesting
import Testing

@testable import MusterServer

@Suite("Requests in the ActiveLogic dialect", .everyStore)
struct ActiveLogicRouteTests {
    private static let root = "/activelogic/v1"

    private let test: TestDirectory
    private let server: TestServer
    private let jane: User

    init() async throws {
        test = try await TestDirectory()
        server = TestServer(test)
        jane = try await test.makeUser("jane@example.com")
    }

    private func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ body: String? = nil,
        as keys: APIKeyPair? = nil
    ) async throws -> (status: HTTPResponse.Status, text: String) {
        let response = try await server.send(
            method,
            Self.root + path,
            as: keys ?? test.administratorKeys,
            body: body
        )
        return (response.status, try await response.text())
    }

    /// A user in the two ways in which a path names one.
    private var places: [String] {
        ["/users/\(jane.id.rawValue)", "/users/by-name/jane%40example.com"]
    }

    @Test("a user is the same by its number and by its name, with its masks and hosts")
    func record() async throws {
        var changed = jane
        changed.masks = Masks(read: 3, write: 1, liveview: 2)
        changed.hosts = try AllowedNetworks(["10.0.0.0/8"])
        changed.inactivityTimeout = .seconds(60)
        try await test.overwrite(changed)
        var answers: [String] = []
        for place in places {
            let answer = try await send(.get, place)
            #expect(answer.status == .ok)
            answers.append(answer.text)
        }
        #expect(answers[0] == answers[1])
        for member in [
            #""name":"jane@example.com""#, #""readbm":3"#, #""writebm":1"#, #""lviewbm":2"#,
            #""timeout":60"#, #""hosts":["10.0.0.0/8"]"#,
        ] { #expect(answers[0].contains(member), "\(member)") }
    }

    @Test("a user is made with name and password, changed field by field, and deleted")
    func changes() async throws {
        let body = #"{"name":"kim@example.com","password":"Better-Horse-8","readbm":7}"#
        let made = try await send(.post, "/users", body)
        #expect(made.status == .created && made.text.contains(#""readbm":7"#))
        let place = "/users/by-name/kim%40example.com"
        let edited = try await send(.patch, place, #"{"timeout":30}"#)
        #expect(edited.status == .ok)
        #expect(edited.text.contains(#""timeout":30"#) && edited.text.contains(#""readbm":7"#))
        #expect(try await send(.delete, place).status == .noContent)
        #expect(try await send(.get, place).status == .notFound)
        let nameless = try await send(.post, "/users", #"{"password":"Better-Horse-8"}"#)
        #expect(nameless.status.kind == .clientError && nameless.text.contains("name"))
    }

    @Test("a session begins with name and password, tells who it is, and ends")
    func session() async throws {
        let body = #"{"username":"jane@example.com","password":"Correct-Horse-7"}"#
        let begun = try await server.send(.post, Self.root + "/sessions", body: body)
        let text = try await begun.text()
        let token = try #require(text.firstMatch(of: /"token":"([0-9a-f]+)"/)).output.1
        let fields: HTTPFields = [.authorization: "Bearer \(token)"]
        let path = Self.root + "/sessions"
        let own = try await server.send(.get, path, fields: fields)
        #expect(own.status == .ok)
        let told = try await own.text()
        #expect(told.contains(#""name":"jane@example.com""#) && !told.contains("token"))
        #expect(try await server.send(.delete, path, fields: fields).status == .noContent)
        #expect(try await server.send(.get, path, fields: fields).status == .unauthorized)
        let wrong = body.replacing("Horse", with: "Mule")
        let refused = try await server.send(.post, path, body: wrong)
        #expect(refused.status == .unauthorized)
    }

    @Test("a public key is added once, listed and removed, by either way of naming its owner")
    func keys() async throws {
        let body = #"{"key":"\#(RightsScene.keyLine(0x42))"}"#
        #expect(try await send(.post, places[0] + "/keys", body).status == .created)
        #expect(try await send(.post, places[1] + "/keys", body).status == .ok)
        for place in places {
            let listed = try await send(.get, place + "/keys")
            #expect(listed.status == .ok && listed.text.contains(#""fingerprint":"SHA256:"#))
        }
        #expect(try await send(.delete, places[1] + "/keys", body).status == .noContent)
        #expect(try await send(.get, places[0] + "/keys").text.contains(#""keys":[]"#))
    }

    @Test(
        "a password is changed by its owner with the present one, and by nobody without the right"
    )
    func passwords() async throws {
        let keys = try await test.keys.rotate(.user(.id(jane.id)), by: test.asAdministrator)
        let body = #"{"current_password":"Correct-Horse-7","new_password":"Better-Horse-8"}"#
        let wrong = body.replacing("Correct-Horse", with: "Correct-Mule")
        #expect(try await send(.put, places[0] + "/password", wrong, as: keys).status == .conflict)
        #expect(try await send(.put, places[0] + "/password", body, as: keys).status == .noContent)
        _ = try await test.logIn("jane@example.com", Secret("Better-Horse-8"))
        let other = "/users/\(test.administrator.id.rawValue)/password"
        #expect(try await send(.put, other, body, as: keys).status == .forbidden)
    }

    @Test("another system is told the masks of whoever has the right password, and of nobody else")
    func authenticate() async throws {
        let body =
            #"{"username":"jane@example.com","password":"Correct-Horse-7","ip_address":"192.0.2.9"}"#
        let told = try await send(.post, "/authenticate", body)
        #expect(told.status == .ok)
        #expect(told.text == #"{"lviewbm":0,"readbm":0,"writebm":0}"#)
        let wrong = body.replacing("Horse", with: "Mule")
        #expect(try await send(.post, "/authenticate", wrong).status == .unauthorized)
        let keys = try await test.keys.rotate(.user(.id(jane.id)), by: test.asAdministrator)
        #expect(try await send(.post, "/authenticate", body, as: keys).status == .forbidden)
    }

    @Test("the list has everybody, the next page goes on after the last, and a known one is 304")
    func list() async throws {
        let all = try await server.send(.get, Self.root + "/users", as: test.administratorKeys)
        let text = try await all.text()
        #expect(text.contains(TestDirectory.administratorName) && text.contains("jane@example.com"))
        let tag = try #require(all.headers[.eTag])
        let again = try await server.send(
            .get,
            Self.root + "/users",
            as: test.administratorKeys,
            fields: [.ifNoneMatch: tag]
        )
        #expect(again.status == .notModified)
        let page = try await send(.get, "/users?limit=1")
        #expect(!page.text.contains("jane@example.com"))
        let next = try await send(.get, "/users?limit=1&after=\(test.administrator.id.rawValue)")
        #expect(next.text.contains("jane@example.com"))
    }
}
