import FoundationEssentials
import MusterCore
import MusterTesting
import Testing

@testable import MusterServer

@Suite("Questions to the audit log")
struct TenableAuditQueryTests {
    private static let uuid = "60f73e4f-8983-41c2-a13c-39074cbb6229"

    @Test("without parameters the service's defaults hold")
    func defaults() throws {
        let query = try QueryItems("").auditQuery()
        #expect(query.conditions.isEmpty && !query.matchesAny && !query.isNewestFirst)
        #expect(query.limit == 50 && query.offset == 0)
    }

    @Test(
        "a filter is a field, an operator, a colon and a value",
        arguments: [
            ("f=action.eq:user.create", .action("user.create")), ("f=action.eq:", .action("")),
            ("f=action.eq:a:b", .action("a:b")),
            ("f=date.gt:1970-01-02", .date(.greaterOrEqual, Timestamp(rawValue: 86_401_000))),
            ("f=date.gte:1970-01-01T00:00:01Z", .date(.greaterOrEqual, Timestamp(rawValue: 1000))),
            ("f=date.lt:1970-01-01", .date(.less, Timestamp(rawValue: 0))),
            ("f=date.lte:2018-12-31", .date(.less, Timestamp(rawValue: 1_546_214_401_000))),
            (
                "f=date.eq:1970-01-01T01:00:01%2B01:00",
                .during(Timestamp(rawValue: 1000), Timestamp(rawValue: 2000))
            ),
            ("f=target_name.eq:jane", .targetName("jane")),
            ("f=actor_name.eq:a:b", .actorName("a:b")),
        ] as [(String, AuditQuery.Condition)]
    )
    func conditions(_ text: String, _ condition: AuditQuery.Condition) throws {
        #expect(try QueryItems(text).auditQuery().conditions == [condition])
    }

    @Test("actors and targets are named by UUID, in any case")
    func parties() throws {
        let uuid = try #require(UUID(uuidString: Self.uuid))
        let text = "f=actor_id.eq:\(Self.uuid)&f=target_id.eq:\(Self.uuid.uppercased())&ft=or"
        let query = try QueryItems(text).auditQuery()
        #expect(query.conditions == [.actor(uuid), .target(uuid)] && query.matchesAny)
    }

    @Test("the page and the order are as asked for")
    func pages() throws {
        let query = try QueryItems("limit=10000&offset=7&sort=received:desc&ft=and").auditQuery()
        #expect(query.limit == 10_000 && query.offset == 7)
        #expect(query.isNewestFirst && !query.matchesAny)
        #expect(try QueryItems("sort=received%3Aasc").auditQuery().isNewestFirst == false)
    }

    @Test(
        "a parameter that is out of range is named",
        arguments: [
            ("limit=0", "limit"), ("limit=10001", "limit"), ("limit=x", "limit"),
            ("offset=-1", "offset"),
            ("offset=x", "offset"), ("ft=xor", "ft"), ("ft=", "ft"), ("sort=action:asc", "sort"),
            ("f=", "f"),
            ("f=action", "f"), ("f=action.ne:x", "f"), ("f=actor_id.eq:x", "f"),
            ("f=target_id.eq:", "f"),
            ("f=date.gt:", "f"), ("f=date.gt:yesterday", "f"), ("f=date.gt:2018-13-01", "f"),
            ("f=date.gt:2018-02-30", "f"), ("f=date.eq:2018-04-31", "f"),
            ("f=date.gt:2018-02-30T12:00:00%2B01:00", "f"), ("f=date.gt:2018-01-01T24:00:00Z", "f"),
            ("f=date.gt:20180101", "f"),
            ("f=date.gt:1546214400", "f"), ("f=date.gt:2018-01-01T00:00:00", "f"),
        ]
    )
    func refusals(_ text: String, _ field: String) async {
        let refusal = await failure { try QueryItems(text).auditQuery() }
        #expect(refusal?.code == .inputInvalid && refusal?.details["field"] == field)
    }

    @Test("a date that is none is quoted")
    func quotes() async {
        let refusal = await failure { try QueryItems("f=date.gt:2026-02-30").auditQuery() }
        #expect(refusal?.message.contains("not \"2026-02-30\"") == true)
    }
}
