import Foundation
import MusterTesting
import Testing

@testable import MusterCommands
@testable import MusterCore

@Suite("The outbox for verification codes")
struct OutboxCodeSenderTests {
    private let folder: TemporaryFolder
    private let clock = FixedClock()

    init() throws {
        folder = try TemporaryFolder()
    }

    private func makeSender(_ name: String = "outbox") throws(MusterError) -> OutboxCodeSender {
        try OutboxCodeSender(folder: folder.file(name), clock: clock, random: SeededRandom())
    }

    private func message(_ code: String) -> CodeMessage {
        CodeMessage(
            channel: .sms,
            recipient: "+4915112345678",
            username: Username(stored: "jane@example.com"),
            code: Secret(code),
            party: AuditParty(uuid: nil, name: "jane@example.com"),
            issuedAt: FixedClock.start
        )
    }

    private func files() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.file("outbox")).sorted()
    }

    @Test("each message is one file, readable for its owner only")
    func file() async throws {
        let sender = try makeSender()
        try await sender.send(message("123456"))
        let names = try files()
        #expect(names.count == 1 && names.first?.hasSuffix(".txt") == true)
        let name = try #require(names.first)
        #expect(try folder.permissions("outbox") == 0o700)
        #expect(try folder.permissions("outbox/" + name) == 0o600)
        let text = String(decoding: try folder.bytes("outbox/" + name), as: UTF8.self)
        #expect(text.hasPrefix("To: +4915112345678\nChannel: sms\nUser: jane@example.com\n\n"))
        #expect(text.contains("code is 123456."))
    }

    @Test("a notice is a file of the same form")
    func notice() async throws {
        let sender = try makeSender()
        let notice = Notice(
            purpose: .factorAdded,
            recipient: "jane@example.com",
            party: AuditParty(uuid: nil, name: "jane@example.com"),
            text: "An app was added.",
            at: FixedClock.start
        )
        try await sender.send(notice)
        let name = try #require(try files().first)
        let text = String(decoding: try folder.bytes("outbox/" + name), as: UTF8.self)
        #expect(
            text.hasPrefix(
                "To: jane@example.com\nChannel: email\nUser: jane@example.com\n\nAn app was added.\n"
            )
        )
        #expect(text.contains("Time: 2026-01-01T00:00:00Z\n"))
    }

    @Test("names sort by time, and two messages of one moment are two files")
    func names() async throws {
        let sender = try makeSender()
        for code in ["000001", "000002", "000003"] {
            try await sender.send(message(code))
            clock.advance(by: code == "000001" ? .zero : .seconds(1))
        }
        let names = try files()
        #expect(names.count == 3)
        let last = try #require(names.last)
        let text = String(decoding: try folder.bytes("outbox/" + last), as: UTF8.self)
        #expect(text.contains("000003"))
    }

    @Test("a folder that cannot be made is refused, one that is gone is made again, or it is told")
    func failures() async throws {
        _ = FileManager.default.createFile(atPath: folder.file("file"), contents: Data())
        let refusal = await failure { try makeSender("file/outbox") }
        #expect(refusal?.code == .settingInvalid)
        let sender = try makeSender()
        try FileManager.default.removeItem(atPath: folder.file("outbox"))
        try await sender.send(message("123456"))
        #expect(try files().count == 1 && folder.permissions("outbox") == 0o700)
        try FileManager.default.removeItem(atPath: folder.file("outbox"))
        _ = FileManager.default.createFile(atPath: folder.file("outbox"), contents: Data())
        let lost = await failure { try await sender.send(message("123456")) }
        #expect(lost?.code == .overloaded && lost?.details["retry_after_seconds"] == "30")
    }
}
