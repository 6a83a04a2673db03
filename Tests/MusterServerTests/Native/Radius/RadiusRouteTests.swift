import HTTPTypes
import Hummingbird
import MusterCore
import MusterTesting
import StoreTesting
import Testing

@testable import MusterServer

@Suite("What RADIUS servers are answered", .serialized, .everyStore)
struct RadiusRouteTests {
    private static let password = "Correct-Horse-7"
    private static let refusal =
        #"{"reply:Reply-Message":{"op":":=","value":["Login failed"],"do_xlat":false}}"#

    let test: TestDirectory
    let server: TestServer

    init() async throws {
        test = try await TestDirectory()
        server = TestServer(test)
    }

    private func ask(
        _ body: String,
        client: String = "switch-1"
    ) async throws -> (status: Int, text: String) {
        let response = try await server.send(
            .post,
            "/muster/v1/radius?client=\(client)",
            as: test.administratorKeys,
            body: body
        )
        return (Int(response.status.code), try await response.text())
    }

    private func ask(
        password: String = RadiusRouteTests.password,
        from station: String? = "192.0.2.7",
        state: String? = nil,
        client: String = "switch-1"
    ) async throws -> (status: Int, text: String) {
        let body = RadiusBody.text("jane@example.com", password, from: station, state: state)
        return try await ask(body, client: client)
    }

    /// A user who gets codes by mail, and the state of a challenge.
    private func challenge() async throws -> (user: User, state: String, code: String) {
        var jane = try await test.makeUser("jane@example.com")
        jane.secondFactor = SecondFactor(isEmailEnabled: true)
        try await test.overwrite(jane)
        let answer = try await ask()
        #expect(answer.status == 200, "\(answer.text)")
        #expect(
            answer.text.contains(
                #""control:Response-Packet-Type":{"op":":=","value":["Access-Challenge"]"#
            )
        )
        #expect(answer.text.contains("Enter the code that was sent to you"))
        let found = answer.text.firstMatch(
            of: /"reply:State":\{"op":":=","value":\["(0x[0-9a-f]{64})"\]/
        )
        let state = try #require(found).output.1
        let code = try #require(test.codes.lastCode).withExposedValue(\.self)
        return (jane, String(state), code)
    }

    @Test("a right password is answered with what devices are told of its user")
    func accepted() async throws {
        let jane = try await test.makeUser("jane@example.com", role: .standard)
        let group = try await test.groups.create(by: test.asAdministrator) {
            () throws(MusterError) in try GroupDraft(name: "%{User-Password}", isManagedBySAML: nil)
        }
        try await test.groups.setMembership(
            of: .id(jane.id),
            in: .id(group.id),
            isMember: true,
            by: test.asAdministrator
        )
        let answer = try await ask()
        #expect(answer.status == 200)
        #expect(
            answer.text
                == #"{"reply:Class":{"op":":=","value":["\#(jane.uuid.text)"],"do_xlat":false},"#
                + #""reply:Filter-Id":{"op":":=","value":["%{User-Password}"],"do_xlat":false},"#
                + #""reply:Management-Privilege-Level":{"op":":=","value":["7"],"do_xlat":false}}"#
        )
    }

    @Test("unknown, wrong and shut out are one answer")
    func refused() async throws {
        let jane = try await test.makeUser("jane@example.com")
        var answers = [
            try await ask(RadiusBody.text("nobody@example.com", Self.password)),
            try await ask(password: "wrong"), try await ask(password: ""),
            try await ask(password: String(repeating: "a", count: 129)),
            try await ask(state: "0x" + String(repeating: "0", count: 64)),
            try await ask(state: "0x"), try await ask(state: "text"),
        ]
        var shut = try await test.current(jane)
        shut.hosts = try AllowedNetworks(["203.0.113.0/24"])
        try await test.overwrite(shut)
        for station in ["192.0.2.7", "02-00-5E-10-00-00", "", nil] {
            answers.append(try await ask(from: station))
        }
        #expect(answers.allSatisfy { $0.status == 401 && $0.text == Self.refusal }, "\(answers)")
        for station in ["203.0.113.9", "203.0.113.9:5555", "::ffff:203.0.113.9"] {
            #expect(try await ask(from: station).status == 200, "\(station)")
        }
    }

    @Test("a code ends the login that a challenge began, once")
    func code() async throws {
        let (_, state, code) = try await challenge()
        for wrong in ["000000", "12345", "1234567", "letter"] {
            #expect(try await ask(password: wrong, state: state).status == 401)
        }
        #expect(try await ask(password: code, state: state).status == 200)
        #expect(try await ask(password: code, state: state).status == 401)
    }

    @Test("a state counts at its own client and place alone, and as long as it is young")
    func bound() async throws {
        let (_, state, code) = try await challenge()
        let flipped = state.dropLast() + (state.last == "0" ? "1" : "0")
        #expect(try await ask(password: code, state: state, client: "vpn").status == 401)
        #expect(
            try await ask(password: code, from: "192.0.2.200", state: String(flipped)).status == 401
        )
        #expect(try await ask(password: code, from: "198.51.100.7", state: state).status == 401)
        let handle = state.dropFirst(2)
        let native = try await server.send(
            .post,
            "/muster/v1/logins/\(handle)",
            body: #"{"code":"\#(code)"}"#
        )
        #expect(native.status == .unauthorized)
        test.clock.advance(by: Ceremony.lifetime)
        #expect(try await ask(password: code, state: state).status == 401)
    }

    @Test("after five wrong codes a challenge is over")
    func tries() async throws {
        let (_, state, code) = try await challenge()
        for _ in 0..<Ceremony.tries {
            #expect(try await ask(password: "000000", state: state).status == 401)
        }
        #expect(try await ask(password: code, state: state).status == 401)
    }

    @Test("whoever must have a second factor and has none is refused")
    func enrolment() async throws {
        var jane = try await test.makeUser("jane@example.com")
        jane.authorizations.requiresSecondFactorEnrolment = true
        try await test.overwrite(jane)
        #expect(try await ask().status == 401)
    }

    @Test(
        "what is no question is told so",
        arguments: [
            ("", "User-Name"), ("[]", "JSON"), ("{", "JSON"),
            (#"{"User-Name":{"value":["a","b"]},"User-Password":{"value":["x"]}}"#, "User-Name"),
            (#"{"User-Name":{"value":"a"},"User-Password":{"value":["x"]}}"#, "User-Name"),
            (#"{"User-Name":{"value":[1]},"User-Password":{"value":["x"]}}"#, "User-Name"),
            (#"{"User-Name":{"value":["a\u0000b"]},"User-Password":{"value":["x"]}}"#, "NUL"),
            (#"{"User-Name":{"value":["a"]}}"#, "PAP"),
        ]
    )
    func malformed(_ body: String, _ told: String) async throws {
        let answer = try await ask(body)
        #expect(answer.status == 400 && answer.text.contains(told), "\(answer.text)")
    }

    @Test("more attributes, longer names and longer bodies than there are are refused")
    func large() async throws {
        let many = (0..<63).map { (name: "A\($0)", value: "x") }
        let known = RadiusBody.text("a", "b", more: many)
        #expect(try await ask(known).status == 400)
        let long = RadiusBody.text(String(repeating: "a", count: 255), "b")
        #expect(try await ask(long).status == 400)
        let huge = RadiusBody.text("a", "b", more: [("X", String(repeating: "a", count: 70_000))])
        #expect(try await ask(huge).status == 413)
        let client = String(repeating: "c", count: 65)
        #expect(try await ask(RadiusBody.text("a", "b"), client: client).status == 400)
    }

    @Test(
        "bytes that are no UTF-8 are nobody's name or password, and beside those they keep nobody out"
    )
    func noText() async throws {
        _ = try await test.makeUser("jane@example.com")
        _ = try await test.makeUser("kim@example.com", password: Secret("Correct\u{FFFD}Horse-7"))
        func answer(_ name: String, _ password: String, at place: String = "") async throws -> Int {
            let body = RadiusBody.text(name, password, more: [("Called-Station-Id", place)])
            // Where a tilde stands, a byte is sent that is ü in Latin-1.
            let bytes = body.utf8.map { $0 == UInt8(ascii: "~") ? 0xFC : $0 }
            let response = try await server.send(
                .post,
                "/muster/v1/radius?client=switch-1",
                as: test.administratorKeys,
                bytes: bytes
            )
            return Int(response.status.code)
        }
        #expect(try await answer("jane@example.com", Self.password, at: "B~ro") == 200)
        #expect(try await answer("j~ne@example.com", Self.password) == 401)
        #expect(try await answer("jane@example.com", Self.password + "~") == 401)
        #expect(try await answer("kim@example.com", "Correct~Horse-7") == 401)
        #expect(try await answer("kim@example.com", "Correct\u{FFFD}Horse-7") == 200)
    }

    @Test("whoever may not read users may not ask, whatever the body")
    func right() async throws {
        let jane = try await test.makeUser("jane@example.com")
        let keys = try await test.keys.rotate(.user(.id(jane.id)), by: test.asAdministrator)
        let response = try await server.send(.post, "/muster/v1/radius", as: keys, body: "{")
        #expect(response.status == .forbidden)
    }

    @Test("guesses at one client shut nobody out at another one")
    func apart() async throws {
        _ = try await test.makeUser("jane@example.com")
        for _ in 0...LockoutRule.maximumFailures {
            #expect(try await ask(password: "wrong").status == 401)
        }
        #expect(try await ask().status == 401)
        #expect(try await ask(client: "switch-2").status == 200)
    }
}
