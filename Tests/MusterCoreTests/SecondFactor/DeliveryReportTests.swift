import FoundationEssentials
import MusterTesting
import StoreTesting
import Testing

@testable import MusterCore

@Suite("What the audit log keeps of messages on their way", .everyStore)
struct DeliveryReportTests {
    private func report(_ result: DeliveryReport.Result, isNews: Bool = true) -> DeliveryReport {
        DeliveryReport(
            party: AuditParty(uuid: UUID(), name: "jane@example.com"),
            channel: .email,
            purpose: "code",
            message: String(repeating: "a", count: 32),
            since: FixedClock.start,
            until: FixedClock.start.advanced(by: .seconds(300)),
            tries: 2,
            result: result,
            isNews: isNews
        )
    }

    private func recorded(_ reports: [DeliveryReport]) async throws -> [AuditEvent] {
        let test = try await TestDirectory()
        for report in reports { try await test.directory.access.record(report) }
        return try await test.auditEvents().filter { $0.action == .messageDeliver }
    }

    @Test("what waits is recorded with its reason, since when, and until when it is of use")
    func waits() async throws {
        let event = try #require(try await recorded([report(.waits("connection refused"))]).first)
        let fields = Dictionary(event.fields.map { ($0.key, $0.value) }) { first, _ in first }
        #expect(event.isFailure && fields["reply"] == "connection refused")
        #expect(fields["since"] == FixedClock.start.text)
        #expect(fields["until"] == FixedClock.start.advanced(by: .seconds(300)).text)
        #expect(fields["message"] == String(repeating: "a", count: 32))
    }

    @Test("another try that fails for the same reason is not recorded; the end is")
    func news() async throws {
        let events = try await recorded([
            report(.waits("connection refused")),
            report(.waits("connection refused"), isNews: false),
            report(.delivered("250 OK"), isNews: false),
        ])
        #expect(events.map(\.isFailure) == [true, false])
        #expect(events.last?.fields.contains { $0.key == "since" || $0.key == "until" } == false)
    }

    @Test("only what was taken has not failed")
    func failures() {
        let results: [DeliveryReport.Result] = [
            .delivered(""), .waits(""), .refused(""), .failed(""), .expired,
        ]
        #expect(results.map { report($0).isFailure } == [false, true, true, true, true])
    }
}
