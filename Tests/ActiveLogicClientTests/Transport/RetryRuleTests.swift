import ClientTransport
import NIOHTTP1
import Testing

@testable import ActiveLogicClient

@Suite("Waiting before sending again")
struct RetryRuleTests {
    private let rule = Retries(limit: 100) { $0 }
    private let read = Request(.GET, "/users")

    @Test("the bound doubles from 100 ms and stays at 5 s")
    func bounds() {
        let busy = Answer(status: 503)
        let waits = [0, 1, 2, 3, 4, 5, 6, 60].map { attempt in
            rule.pause(after: busy, to: read, attempt: attempt)
        }
        #expect(
            waits == [
                .milliseconds(100), .milliseconds(200), .milliseconds(400), .milliseconds(800),
                .milliseconds(1_600), .milliseconds(3_200), .seconds(5), .seconds(5),
            ]
        )
    }

    @Test("the wait is drawn between nothing and the bound")
    func jitter() {
        let pacing = Pacing()
        let draws = (0..<200).map { _ in pacing.jitter(.seconds(1)) }
        #expect(draws.allSatisfy { $0 >= .zero && $0 <= .seconds(1) })
        #expect(Set(draws).count > 100)
    }

    @Test(
        "Retry-After is read in seconds and in nothing else",
        arguments: [
            ("0", 0), ("30", 30), ("-1", nil), ("1.5", nil), ("", nil), ("soon", nil),
            ("Wed, 21 Oct 2026 07:28:00 GMT", nil), ("99999999999", nil),
        ] as [(String, Int?)]
    )
    func retryAfter(_ text: String, _ seconds: Int?) {
        let answer = Answer(status: 503, fields: ["Retry-After": text])
        #expect(answer.retryAfter == seconds.map { .seconds($0) })
    }

    @Test(
        "no other status is a reason to send again",
        arguments: [200, 304, 400, 401, 404, 409, 412, 500, 501]
    )
    func otherStatuses(_ status: Int) {
        #expect(rule.pause(after: Answer(status: status), to: read, attempt: 0) == nil)
    }

    @Test(
        "a revision is read from an entity tag, strong or weak",
        arguments: [
            ("\"7\"", 7), ("W/\"7\"", 7), ("\"9223372036854775807\"", .max), ("7", nil),
            ("\"\"", nil), ("\"x\"", nil), ("\"", nil),
        ] as [(String, Int64?)]
    )
    func revision(_ tag: String, _ revision: Int64?) {
        #expect(Answer(status: 200, fields: ["ETag": tag]).revision == revision)
    }

    @Test(
        "all but unreserved characters of a name are percent-encoded",
        arguments: [
            ("admin@example.com", "admin%40example.com"), ("a/b", "a%2Fb"), ("a b", "a%20b"),
            ("%", "%25"), ("+=", "%2B%3D"), ("-._~", "-._~"), ("ä", "%C3%A4"), ("\u{0}", "%00"),
        ]
    )
    func percentEncoding(_ text: String, _ encoded: String) {
        #expect(PercentEncoding.encode(text) == encoded)
    }
}
