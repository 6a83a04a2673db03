import MusterCore
import MusterTesting
import Testing

@testable import MusterDelivery

@Suite("Delivery by SMTP")
struct SMTPCarrierTests {
    private typealias Step = ScriptedServer.Step

    /// A talk up to the end of the message.
    private static let talk: [Step] = [
        .say("220 mail.example ESMTP"), .hear, .say("250-mail.example"), .say("250 SIZE 100000"),
        .hear,
        .say("250 OK"), .hear, .say("250 OK"), .hear, .say("354 go on"), .hearMessage,
    ]

    private func server(
        _ server: ScriptedServer,
        _ security: SMTPServer.Security = .none,
        username: String? = nil
    ) throws -> SMTPServer {
        SMTPServer(
            host: "127.0.0.1",
            port: server.port,
            security: security,
            username: username,
            password: username.map { _ in Secret("planted-secret") },
            from: try #require(MailAddress("muster@example.com")),
            fromName: "Muster",
            helo: "muster.example.com"
        )
    }

    private func outcome(
        _ steps: [Step],
        _ security: SMTPServer.Security = .none,
        username: String? = nil,
        within time: Duration = patience
    ) async throws -> (DeliveryOutcome, [String]) {
        let scripted = try ScriptedServer([steps])
        let carrier = SMTPCarrier(
            try server(scripted, security, username: username),
            connections: 1,
            patience: patience
        )
        let outcome = await carrier.deliver(.code(), within: time)
        carrier.stop()
        await scripted.finish()
        return (outcome, scripted.heard)
    }

    @Test("a message is handed over as it was made, from and to whom was said")
    func delivery() async throws {
        let (outcome, heard) = try await outcome(Self.talk + [.say("250 2.0.0 queued as 4ABC")])
        #expect(outcome == .delivered("250 2.0.0 queued as 4ABC"))
        #expect(heard[0] == "EHLO muster.example.com")
        #expect(heard[1].hasPrefix("MAIL FROM:<muster@example.com>"))
        #expect(heard[2] == "RCPT TO:<jane@example.com>" && heard[3] == "DATA")
        #expect(heard.contains("The code is 123456.") && heard.last == ".")
        #expect(heard.contains("Message-ID: <00000000000000000000000000000001@example.com>"))
    }

    @Test("a second message goes over the same connection, and after a refusal over a new one")
    func connections() async throws {
        let rest: [Step] = [
            .say("250 queued"), .hear, .say("250 OK"), .hear, .say("550 no"), .hear,
            .say("221 bye"),
        ]
        let scripted = try ScriptedServer([Self.talk + rest, Self.talk + [.say("250 again")]])
        let (server, recipient) = (try server(scripted), MailAddress("jane@example.com"))
        let message = Array("Subject: x\r\n\r\nx\r\n".utf8)
        // One after the other on one thread: libcurl uses no connection again that has rested for two minutes, which is how
        // long a task may wait for its turn where all tests run at once.
        let outcomes = await SMTPThreads(1).run { session in
            (1...3).map { _ in
                session?.deliver(message, to: server, recipient, within: patience).outcome
            }
        }
        #expect(
            outcomes == [.delivered("250 queued"), .refused("550 no"), .delivered("250 again")]
        )
        await scripted.finish()
        #expect(scripted.connections == 2)
    }

    @Test(
        "what is refused for ever is not tried again, and anything else is",
        arguments: [550, 450, 421, 554, 452]
    )
    func refusals(_ code: Int) async throws {
        let isForEver = code >= 500
        let before = Array(Self.talk.prefix(8).dropLast())
        let (early, _) = try await outcome(
            before + [.say("\(code) <jane@example.com> is not here")]
        )
        let (late, _) = try await outcome(Self.talk + [.say("\(code) 4.7.1 no")])
        for outcome in [early, late] {
            switch outcome {
            case .refused(let reason): #expect(isForEver && reason.hasPrefix("\(code)"))
            case .failed(let reason): #expect(!isForEver && reason.contains("\(code)"), "\(reason)")
            case .delivered: Issue.record("delivered")
            }
            #expect(!String(describing: outcome).contains("jane@"))
        }
    }

    @Test(
        "whoever looks is told what a server refuses, the sender, the recipient or the message",
        arguments: [
            (5, "refuses mail from muster@example.com"), (7, "refuses mail to jane@example.com"),
            (11, "refuses the message"),
        ]
    )
    func refusedParts(_ stage: Int, _ told: String) async throws {
        for (code, advice) in [(550, "The settings lead to it."), (450, "It may take it later:")] {
            let steps = Array(Self.talk.prefix(stage)) + [.say("\(code) 4.2.1 no")]
            let scripted = try ScriptedServer([steps])
            let server = try server(scripted)
            let carrier = SMTPCarrier(server, connections: 1, patience: patience)
            let failure = await #expect(throws: SMTPFailure.self) {
                try await carrier.look(.code())
            }
            #expect(failure?.sentence == "\(server.shown) \(told): \(code) 4.2.1 no")
            #expect(failure?.advice.hasPrefix(advice) == true)
            carrier.stop()
            await scripted.finish()
        }
    }

    @Test("a server that closes for now has refused nobody")
    func closesForNow() async throws {
        let scripted = try ScriptedServer([Array(Self.talk.prefix(7)) + [.say("421 4.3.2 busy")]])
        let server = try server(scripted)
        let carrier = SMTPCarrier(server, connections: 1, patience: patience)
        let failure = await #expect(throws: SMTPFailure.self) { try await carrier.look(.code()) }
        #expect(failure?.sentence.contains("takes no mail from here") == true)
        #expect(failure?.sentence.hasSuffix("421 4.3.2 busy") == true)
        carrier.stop()
        await scripted.finish()
    }

    @Test("a server that closes at whatever stage is tried again", arguments: 0...11)
    func closing(_ stage: Int) async throws {
        let steps = Array(Self.talk.prefix(stage)) + [.close]
        guard case .failed = try await outcome(steps).0 else {
            Issue.record("not tried again")
            return
        }
    }

    @Test(
        "a server that says nothing at whatever stage is given up on in time",
        arguments: [0, 2, 6, 9, 11]
    )
    func silence(_ stage: Int) async throws {
        let steps = Array(Self.talk.prefix(stage)) + [.wait]
        let outcome = try await outcome(steps, within: .milliseconds(400)).0
        guard case .failed = outcome else {
            Issue.record("\(outcome)")
            return
        }
    }

    @Test("without STARTTLS nothing is sent, no password either")
    func noTLS() async throws {
        let steps: [Step] = [
            .say("220 mail.example"), .hear, .say("250-mail.example"), .say("250 AUTH PLAIN LOGIN"),
            .wait,
        ]
        let (outcome, heard) = try await outcome(steps, .starttls, username: "muster")
        guard case .failed(let reason) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(reason.hasPrefix("no TLS with the mail server"))
        #expect(heard == ["EHLO muster.example.com"])
    }

    @Test("what is smuggled in after the answer to STARTTLS is a failure")
    func smuggling() async throws {
        let steps: [Step] = [
            .say("220 mail.example"), .hear, .say("250-mail.example"), .say("250 STARTTLS"), .hear,
            .say("220 go on\r\n250 AUTH PLAIN"), .wait,
        ]
        guard case .failed = try await outcome(steps, .starttls).0 else {
            Issue.record("taken")
            return
        }
    }

    @Test("a reply line without end, and one reply of very many lines, are given up on")
    func floods() async throws {
        let many = Array(repeating: Step.say("250-more"), count: 50_000)
        for steps in [[Step.flood(2_097_152), .close], [.say("220 x"), .hear] + many + [.close]] {
            guard case .failed(let reason) = try await outcome(steps).0 else {
                Issue.record("taken")
                return
            }
            #expect(reason.utf8.count < 300)
        }
    }

    @Test("an address that libcurl must not see is refused without a connection")
    func addresses() async throws {
        let scripted = try ScriptedServer([])
        let carrier = SMTPCarrier(try server(scripted), connections: 1, patience: patience)
        for address in ["j@example.com\r\nDATA", "j>@example.com", "j\u{E9}@example.com", ""] {
            guard case .refused = await carrier.deliver(.code(to: address), within: patience)
            else {
                Issue.record("\(address.debugDescription)")
                continue
            }
        }
        #expect(scripted.connections == 0)
    }

    @Test("a look goes no further than the server's greeting, and says whether it has signed in")
    func look() async throws {
        let scripted = try ScriptedServer([Array(Self.talk.prefix(4)) + [.hear, .say("221 bye")]])
        let carrier = SMTPCarrier(try server(scripted), connections: 1, patience: patience)
        let found = try await carrier.look()
        #expect(!found.isSignedIn && found.reply.hasPrefix("250"))
        carrier.stop()
        await scripted.finish()
        #expect(!scripted.heard.contains { $0.hasPrefix("MAIL") })
    }

    @Test("stopping ends what is under way, and everything after it")
    func stopping() async throws {
        let scripted = try ScriptedServer([[.say("220 x"), .hear, .wait]])
        let carrier = SMTPCarrier(try server(scripted), connections: 1, patience: patience)
        async let outcome = carrier.deliver(.code(), within: patience)
        while scripted.heard.isEmpty { await Task.yield() }
        carrier.stop()
        guard case .failed = await outcome,
            case .failed = await carrier.deliver(.code(), within: patience)
        else {
            Issue.record("delivered")
            return
        }
        await scripted.finish()
    }
}
