import Crypto
import Foundation
import MusterCore
import MusterTesting
import Testing

@testable import MusterDelivery

@Suite("Services that send text messages")
struct GatewayTests {
    private static let sid = "SM" + String(repeating: "0a", count: 16)

    static func url(_ text: String = "https://gateway.example") throws -> GatewayURL {
        try #require(GatewayURL(text))
    }

    static func twilio(
        _ sender: SMSGateway.Twilio.Sender = .number("+15550001111")
    ) throws -> SMSGateway {
        .twilio(
            SMSGateway.Twilio(
                url: try url(),
                account: "AC1",
                username: "SK1",
                password: Secret("planted"),
                sender: sender
            )
        )
    }

    static func vonage() throws -> SMSGateway {
        .vonage(
            SMSGateway.Vonage(
                url: try url(),
                key: "abcd",
                secret: Secret("planted"),
                sender: "Muster"
            )
        )
    }

    static func webhook(_ text: String = "https://gateway.example/sms") throws -> SMSGateway {
        .webhook(
            SMSGateway.Webhook(
                url: try url(text),
                signing: Secret("key"),
                authorization: Secret("Bearer planted")
            )
        )
    }

    private func request(_ gateway: SMSGateway) -> GatewayRequest {
        GatewayRequest(
            gateway,
            .code(to: "+4915112345678", channel: .sms),
            at: FixedClock.start
        )
    }

    private func value(_ name: String, _ request: GatewayRequest) -> String? {
        request.fields.first { $0.name == name }?.value
    }

    @Test("Twilio is asked by a form with the number, and signed in to with the key")
    func twilioRequest() throws {
        let request = request(try Self.twilio())
        #expect(request.url == "https://gateway.example/2010-04-01/Accounts/AC1/Messages.json")
        #expect(
            String(decoding: request.body, as: UTF8.self)
                == "To=%2B4915112345678&From=%2B15550001111&Body=The+code+is+123456."
        )
        #expect(value("Authorization", request) == "Basic U0sxOnBsYW50ZWQ=")
        let service = self.request(try Self.twilio(.service("MG1")))
        #expect(String(decoding: service.body, as: UTF8.self).contains("&MessagingServiceSid=MG1&"))
    }

    @Test("Vonage is asked by a form with the number without its sign")
    func vonageRequest() throws {
        let request = request(try Self.vonage())
        #expect(request.url == "https://gateway.example/sms/json")
        let body = String(decoding: request.body, as: UTF8.self)
        #expect(
            body.hasPrefix(
                "api_key=abcd&api_secret=planted&from=Muster&to=4915112345678&text=The+code"
            )
        )
        #expect(value("Authorization", request) == nil)
    }

    @Test("a webhook gets JSON, the time, and a signature over both")
    func webhookRequest() throws {
        let request = request(try Self.webhook())
        #expect(
            String(decoding: request.body, as: UTF8.self)
                == #"{"to":"+4915112345678","text":"The code is 123456.","purpose":"code","id":"00000000000000000000000000000001"}"#
        )
        #expect(value("X-Muster-Timestamp", request) == "1767225600")
        let signed = Array("1767225600.".utf8) + request.body
        let code = HMAC<SHA256>.authenticationCode(
            for: signed,
            using: SymmetricKey(data: Data("key".utf8))
        )
        #expect(value("X-Muster-Signature", request) == "sha256=" + Hex.text(Array(code)))
        #expect(value("Authorization", request) == "Bearer planted")
    }

    @Test(
        "what Twilio answers",
        arguments: [
            (201, #"{"sid":"SID","status":"queued","error_code":null}"#, "delivered"),
            (201, #"{"status":"queued"}"#, "failed"), (200, "<xml/>", "failed"),
            (201, "", "failed"),
            (
                400,
                #"{"code":21211,"message":"The 'To' number +4915112345678 is not valid","status":400}"#,
                "refused"
            ),
            (401, #"{"code":20003}"#, "refused"), (429, #"{"code":20429}"#, "failed"),
            (500, "", "failed"),
            (503, "<html>", "failed"), (302, "", "refused"), (404, "", "refused"),
        ]
    )
    func twilioAnswers(_ status: Int, _ body: String, _ kind: String) throws {
        let bytes = Array(body.utf8)
        let text = String(decoding: bytes, as: UTF8.self).split(separator: "SID").joined(
            separator: Self.sid
        )
        let answer = GatewayAnswer(status: status, body: Array(text.utf8))
        check(try Self.twilio().outcome(of: answer), kind)
    }

    @Test(
        "what Vonage answers, always with 200",
        arguments: [
            (#"{"message-count":"1","messages":[{"status":"0","message-id":"1"}]}"#, "delivered"),
            (#"{"messages":[{"status":"1"}]}"#, "failed"),
            (#"{"messages":[{"status":"5"}]}"#, "failed"),
            (#"{"messages":[{"status":"4","error-text":"Bad Credentials"}]}"#, "refused"),
            (#"{"messages":[{"status":"9"}]}"#, "refused"),
            (#"{"messages":[{"status":0}]}"#, "failed"),
            (#"{"messages":[{"status":"0"},{"status":"0"}]}"#, "refused"),
            (#"{"messages":[]}"#, "failed"),
            (#"{"messages":{}}"#, "failed"), ("<html>", "failed"), ("", "failed"), ("[", "failed"),
            (#"{"messages":[{"status":"00000000000"}]}"#, "failed"),
        ]
    )
    func vonageAnswers(_ body: String, _ kind: String) throws {
        check(
            try Self.vonage().outcome(of: GatewayAnswer(status: 200, body: Array(body.utf8))),
            kind
        )
    }

    @Test(
        "what a webhook answers",
        arguments: [
            (200, "delivered"), (204, "delivered"), (301, "refused"), (400, "refused"),
            (401, "refused"),
            (408, "failed"), (425, "failed"), (429, "failed"), (500, "failed"), (503, "failed"),
            (101, "refused"),
        ]
    )
    func webhookAnswers(_ status: Int, _ kind: String) throws {
        check(try Self.webhook().outcome(of: GatewayAnswer(status: status, body: [0xFF])), kind)
    }

    private func check(_ outcome: DeliveryOutcome, _ kind: String) {
        let text = String(describing: outcome)
        #expect(text.hasPrefix(kind), "\(text)")
        #expect(!text.contains("4915112345678"))
    }

    @Test(
        "an address of a gateway is of https, or of this machine",
        arguments: [
            ("https://api.example/path/", "https://api.example/path"),
            ("https://api.example", "https://api.example"),
            ("http://127.0.0.1:8080/sms?x=1", "http://127.0.0.1:8080/sms?x=1"),
            ("http://localhost:1/", "http://localhost:1"),
        ]
    )
    func goodURLs(_ text: String, _ kept: String) {
        #expect(GatewayURL(text)?.text == kept)
    }

    @Test(
        "and nothing else",
        arguments: [
            "", "https://", "http://api.example/", "ftp://api.example",
            "https://user:pw@api.example/",
            "https://api.example/a b", "https://api.example/#x", "https://api.example/\r\nHost: x",
            "/sms",
            "https://api.example@evil.example/", "http://127.0.0.1.evil.example/", "http://[::1",
            "file:///etc/passwd",
            "https://b\u{FC}ro.example", String(repeating: "https://a.example/", count: 100),
        ]
    )
    func badURLs(_ text: String) {
        #expect(GatewayURL(text) == nil)
    }

    @Test(
        "of an address messages and logs show scheme, host and port alone",
        arguments: [
            ("https://api.example/hook/planted", "https://api.example"),
            ("https://api.example?key=planted", "https://api.example"),
            ("http://127.0.0.1:8080/sms?key=planted", "http://127.0.0.1:8080"),
            ("https://api.example:8443/", "https://api.example:8443"),
        ]
    )
    func shown(_ text: String, _ shown: String) throws {
        #expect(try Self.webhook(text).shown == shown)
    }

    @Test("forms encode what has a meaning in them")
    func forms() {
        #expect(
            FormText.text([("a b", "1&2=3%+\n@#"), ("c", "")]) == "a+b=1%262%3D3%25%2B%0A%40%23&c="
        )
    }

    @Test(
        "what a gateway finds wrong is told apart: the number, the country, the sender, the account"
    )
    func faults() throws {
        let (twilio, vonage, webhook) = (try Self.twilio(), try Self.vonage(), try Self.webhook())
        func fault(_ gateway: SMSGateway, _ status: Int, _ body: String) -> SMSFault {
            gateway.fault(of: GatewayAnswer(status: status, body: Array(body.utf8)))
        }
        #expect(fault(twilio, 400, #"{"code":21211}"#) == .number)
        #expect(fault(twilio, 400, #"{"code":21408}"#) == .region)
        #expect(fault(twilio, 400, #"{"code":21606}"#) == .sender)
        #expect(fault(twilio, 401, #"{"code":20003}"#) == .account)
        #expect(fault(twilio, 401, "") == .account && fault(twilio, 400, "[") == .other)
        #expect(fault(vonage, 200, #"{"messages":[{"status":"6"}]}"#) == .number)
        #expect(fault(vonage, 200, #"{"messages":[{"status":"4"}]}"#) == .account)
        #expect(fault(vonage, 200, #"{"messages":[{"status":"15"}]}"#) == .sender)
        #expect(fault(vonage, 200, #"{"messages":[]}"#) == .other)
        #expect(fault(webhook, 403, "") == .account && fault(webhook, 400, "") == .other)
    }
}
