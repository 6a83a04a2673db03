import MusterCore
import MusterTesting
import Testing

@testable import MusterDelivery

@Suite("Delivery to a gateway")
struct SMSCarrierTests {
    private typealias Step = ScriptedServer.Step

    private static let head: [Step] = [.hearRequest]

    private func outcome(
        _ steps: [Step],
        within time: Duration = patience
    ) async throws -> (DeliveryOutcome, [String]) {
        let scripted = try ScriptedServer([steps])
        let gateway = try GatewayTests.webhook("http://127.0.0.1:\(scripted.port)/sms")
        let carrier = SMSCarrier(gateway, authorities: nil, clock: FixedClock(), patience: patience)
        let letter = Letter.code(to: "+4915112345678", channel: .sms)
        let outcome = await carrier.deliver(letter, within: time)
        await scripted.finish()
        return (outcome, scripted.heard)
    }

    @Test("a yes is a delivery")
    func yes() async throws {
        let (outcome, heard) = try await outcome(
            Self.head + [.say("HTTP/1.1 204 No Content\r\n"), .close]
        )
        #expect(outcome == .delivered("HTTP 204"))
        #expect(heard.first == "POST /sms HTTP/1.1")
    }

    @Test("a redirect is refused, and nobody goes there")
    func redirect() async throws {
        let steps: [Step] = [
            .say("HTTP/1.1 307 Moved\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n"),
            .close,
        ]
        #expect(try await outcome(Self.head + steps).0 == .refused("HTTP 307"))
    }

    @Test(
        "an answer of a gigabyte is cut off, with its length and without",
        arguments: [true, false]
    )
    func long(_ isAnnounced: Bool) async throws {
        let length = isAnnounced ? "Content-Length: 1000000000\r\n" : ""
        let steps: [Step] = [.say("HTTP/1.1 200 OK\r\n\(length)"), .flood(1_000_000_000), .close]
        guard case .failed(let reason) = try await outcome(Self.head + steps).0 else {
            Issue.record("taken")
            return
        }
        #expect(reason.contains("65536"), "\(reason)")
    }

    @Test(
        "a gateway that says nothing, or its body bit by bit, is given up on in time",
        arguments: [true, false]
    )
    func silent(_ hasHead: Bool) async throws {
        let head: [Step] = hasHead ? [.say("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n")] : []
        let outcome = try await outcome(Self.head + head + [.wait], within: .milliseconds(300)).0
        guard case .failed = outcome else {
            Issue.record("\(outcome)")
            return
        }
    }

    @Test(
        "a gateway that closes, or speaks no HTTP, is tried again",
        arguments: ["", "250 OK", "\u{0}\u{1}"]
    )
    func noise(_ text: String) async throws {
        let steps: [Step] = text.isEmpty ? [.close] : [.say(text), .close]
        guard case .failed = try await outcome(Self.head + steps).0 else {
            Issue.record("taken")
            return
        }
    }

    @Test("whoever looks is told the number that a gateway refuses, its words, and what to look at")
    func looks() async throws {
        let steps: [Step] = [.say("HTTP/1.1 400 No\r\nContent-Length: 0\r\n"), .close]
        let scripted = try ScriptedServer([Self.head + steps])
        let place = "http://127.0.0.1:\(scripted.port)/sms?key=planted"
        let gateway = try GatewayTests.webhook(place)
        let carrier = SMSCarrier(gateway, authorities: nil, clock: FixedClock(), patience: patience)
        let letter = Letter.code(to: "+4915112345678", channel: .sms)
        let failure = await #expect(throws: SMSFailure.self) { try await carrier.look(letter) }
        // What stands after the host may be a secret.
        let origin = "http://127.0.0.1:\(scripted.port)"
        #expect(failure?.sentence == "\(origin) has not taken the message: HTTP 400")
        #expect(failure?.advice.hasPrefix("Look at sms.webhook.url") == true)
        await scripted.finish()
    }
}
