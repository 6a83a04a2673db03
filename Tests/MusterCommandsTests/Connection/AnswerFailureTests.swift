import ClientTransport
import MusterCore
import NIOCore
import NIOHTTP1
import Testing

@testable import MusterClient
@testable import MusterCommands

@Suite("Answers that are no success")
struct AnswerFailureTests {
    private func error(
        _ status: Int,
        _ body: String,
        _ proof: Destination.Proof = .profile("default"),
        _ fields: HTTPHeaders = [:]
    ) -> CommandError {
        let answer = Answer(status: status, fields: fields, body: ByteBuffer(string: body))
        let failure = MusterClientError(answer, to: Request(.POST, "/muster/v1/users"))
        return AnswerFailure(address: "https://x.example", proof: proof).error(failure)
    }

    @Test(
        "each status ends a command in its own way, with the server's words",
        arguments: [
            (400, CommandStatus.badInput, "Wrong."), (422, .badInput, "Wrong."),
            (413, .badInput, "Wrong."),
            (403, .denied, "You may not do this: Wrong."), (404, .notFound, "Wrong."),
            (409, .refused, "Wrong."),
            (412, .refused, "Wrong."), (429, .tryAgain, "Wrong. Try again later."),
            (503, .tryAgain, "Wrong. Try again later."), (500, .fault, "Wrong."),
        ] as [(Int, CommandStatus, String)]
    )
    func statuses(_ status: Int, _ expected: CommandStatus, _ message: String) {
        for body in [
            #"{"error":{"code":"c","message":"Wrong"}}"#,
            #"{"error":{"code":"some.code","message":"Wrong","field":"f"}}"#,
        ] {
            let error = error(status, body)
            #expect(error.status == expected && error.message == message, "\(body)")
        }
    }

    @Test(
        "a message that is longer than any of a server's is none",
        arguments: [
            String(repeating: "a", count: 200_000), String(repeating: "\u{E9}", count: 100_000),
        ]
    )
    func longMessages(_ message: String) {
        let error = error(400, #"{"error":{"code":"c","message":""# + message + #""}}"#)
        #expect(error.status == .protocolMismatch && error.message.utf8.count < 1_000)
    }

    @Test("a message is shown as it came, whatever it looks like")
    func untouched() {
        let body = #"{"error":{"code":"c","message":"child \"a\" fails because [b]"}}"#
        #expect(error(400, body).message == #"child "a" fails because [b]."#)
    }

    @Test("401 says how to log in")
    func unauthorized() {
        let body = #"{"error":{"code":"credentials.invalid","message":"Invalid credentials."}}"#
        #expect(error(401, body).status == .denied)
        #expect(
            error(401, body).message.contains(
                "is no longer good. Run: muster login --url https://x.example"
            )
        )
        #expect(error(401, body, .profile("lab")).message.hasSuffix("--profile lab"))
        #expect(error(401, body, .none).message.contains("not logged in at https://x.example"))
        #expect(error(401, body, .environment("MUSTER_TOKEN")).message.contains("MUSTER_TOKEN"))
        #expect(error(401, body, .typed).message.contains("does not accept these keys"))
    }

    @Test("a temporary password is changed by a command, in the profile that has it")
    func temporaryPassword() {
        let body = #"{"error":{"code":"password.change_required","message":"Anything."}}"#
        let first = error(403, body)
        #expect(first.status == .denied)
        #expect(
            first.message
                == "The password is temporary. Choose another one: muster users passwd"
        )
        #expect(error(403, body, .profile("lab")).message.hasSuffix("users passwd --profile lab"))
        let words = error(403, #"{"error":{"code":"c","message":"The password is temporary."}}"#)
        #expect(words.message == "You may not do this: The password is temporary.")
    }

    @Test("what an answer says for programs goes along with the error")
    func told() {
        let native = error(
            400,
            #"{"error":{"code":"input.invalid","message":"m","field":"hosts"}}"#
        )
        #expect(native.isCode(.inputInvalid) && native.isField("hosts"))
        #expect(!native.isCode(.inputMalformed) && !native.isField("host"))
    }

    @Test(
        "a success that holds something else than it should says what is missing",
        arguments: [
            ("total", "does not say how many users there are."), ("users", "has no list of users."),
            ("hosts", "has no list of hosts."), ("username", "holds no user. Check the address."),
        ]
    )
    func malformed(_ field: String, _ end: String) throws {
        let failure = try #require(
            throws: MusterClientError.self
        ) {
            try MusterClient.record(
                Answer(status: 200, body: ByteBuffer(string: "{}")),
                Request(.GET, "/muster/v1/users")
            ) { object throws(FieldError) in
                try RecordList(object, field) { _ throws(FieldError) in 0 }
            }
        }
        let error = AnswerFailure(address: "URL", proof: .none).error(failure, "user")
        #expect(error.status == .protocolMismatch && error.message.hasSuffix(end))
    }

    @Test("a wrong present password is a no, as that of a login is")
    func presentPassword() {
        let refusal = error(
            400,
            #"{"error":{"code":"password.current_invalid","message":"Current password is invalid."}}"#
        )
        #expect(refusal.status == .refused && refusal.message == "Current password is invalid.")
    }

    @Test("a password that was checked and is wrong is an answer, not a lack of rights")
    func loginFailed() {
        let error = error(401, #"{"error":{"code":"login.failed","message":"Login Failed"}}"#)
        #expect(error.status == .refused && error.message == "Login Failed.")
    }

    @Test(
        "a rule is told of what people call the field, and of the message where they call it nothing else",
        arguments: [
            ("label", "The label must be short."), ("sms_phone", "The phone number must be short."),
            ("timeout", #""timeout" must be short."#),
        ]
    )
    func names(_ field: String, _ told: String) {
        let message = #"\"\#(field)\" must be short"#
        let start = #"{"error":{"code":"input.invalid","message":"\#(message)","field":"\#(field)""#
        #expect(error(400, start + #","rule":"must be short"}}"#).message == told)
        // An older server gives no rule, and is quoted.
        #expect(error(400, start + "}}").message == #""\#(field)" must be short."#)
    }

    @Test("429 and 503 say when to try again, 500 says the request's number")
    func headers() {
        let body = #"{"error":{"code":"request.rate_limited","message":"Too many."}}"#
        #expect(
            error(429, body, .none, ["Retry-After": "7"]).message == "Too many. Try again in 7 s."
        )
        #expect(error(500, body, .none, ["X-Request-Uuid": "abc"]).message.hasSuffix("is abc."))
    }

    @Test(
        "what is no answer of Muster is said to be none",
        arguments: [
            "", "<html>", "[]", "{}", "null", #"{"error":7}"#, #"{"message":"#, "\u{1B}[2J",
            #"{"error":"Wrong"}"#, #"{"statusCode":400,"error":"x","message":"Wrong"}"#,
        ]
    )
    func strangers(_ body: String) {
        for status in [301, 302, 400, 401, 404, 429, 500, 502] {
            #expect(error(status, body).status == .protocolMismatch, "\(status)")
        }
    }
}
