import FoundationEssentials
import MusterCore
import Testing

extension StoreConformance {
    /// The audit log keeps events as they were, in the order in which they came, and finds them by time,
    /// actor, target and action.
    ///
    /// - Throws: What a store throws where none of its promises lets it.
    public func auditLog() async throws {
        try await eventsAreKept()
        try await eventsAreFound()
        try await eventsOutliveUsers()
    }

    private func eventsAreKept() async throws {
        let store = try await makeStore()
        let party = AuditParty(uuid: nextUUID(), name: "jane@example.com")
        let full = AuditEvent(
            id: String(repeating: "f", count: 32),
            at: Timestamp(rawValue: .max),
            action: .userUpdate,
            isFailure: true,
            actor: party,
            impersonated: AuditParty(uuid: nil, name: ""),
            address: "2001:db8::1",
            requestID: "request",
            target: AuditParty(kind: .group, uuid: nextUUID(), name: "Zo\u{EB} 'quoted' \u{1F600}"),
            fields: [
                AuditField("name", ""), AuditField("\u{301}", "a=b;c,d\n"), AuditField("", "x"),
            ]
        )
        let empty = event(number: 0, actor: nil, target: nil, action: .logout)
        try await append([full, empty], to: store)
        #expect(try await events(store) == [full, empty])
        #expect(try await events(store, AuditQuery(isNewestFirst: true)) == [empty, full])
    }

    private func eventsAreFound() async throws {
        let store = try await makeStore()
        let (ann, bob) = (nextUUID(), nextUUID())
        let all = [
            event(number: 0, actor: ann, target: bob, action: .userCreate),
            event(number: 1, actor: bob, target: bob, action: .userUpdate),
            event(number: 2, actor: nil, target: ann, action: .userUpdate),
            event(number: 3, actor: ann, target: nil, action: .userDelete),
        ]
        try await append(all, to: store)
        let second = all[1].at
        let cases: [(conditions: [AuditQuery.Condition], found: [Int])] = [
            ([], [0, 1, 2, 3]),
            ([.date(.less, second)], [0]), ([.date(.lessOrEqual, second)], [0, 1]),
            ([.date(.greater, second)], [2, 3]), ([.date(.greaterOrEqual, second)], [1, 2, 3]),
            ([.during(second, all[2].at)], [1]), ([.during(second, second)], []),
            ([.actorName("ACTOR")], [0, 1, 3]), ([.targetName("Target")], [0, 1, 2]),
            ([.targetName("tar")], []), ([.targetName("target\0")], []), ([.actorName("")], []),
            ([.actor(ann)], [0, 3]), ([.target(bob)], [0, 1]), ([.actor(Group.everyoneUUID)], []),
            ([.action("user.update")], [1, 2]), ([.action("user.")], []), ([.action("%")], []),
            ([.action("user.update\0")], []),
            ([.actor(ann), .action("user.delete")], [3]),
            ([.date(.greater, all[0].at), .date(.less, all[3].at)], [1, 2]),
        ]
        for (conditions, found) in cases {
            let query = AuditQuery(conditions: conditions)
            #expect(try await events(store, query) == found.map { all[$0] }, "\(conditions)")
            #expect(try await count(store, query) == found.count, "\(conditions)")
        }
        let either = AuditQuery(conditions: [.actor(bob), .target(ann)], matchesAny: true)
        #expect(try await events(store, either) == [all[1], all[2]])
        let any = AuditQuery(conditions: [], matchesAny: true)
        #expect(try await count(store, any) == 4)

        let page = AuditQuery(limit: 2, offset: 1)
        #expect(try await events(store, page) == [all[1], all[2]])
        #expect(try await count(store, page) == 4, "the count is of all, not of the page")
        let last = AuditQuery(limit: 2, offset: 3, isNewestFirst: true)
        #expect(try await events(store, last) == [all[0]])
        #expect(try await events(store, AuditQuery(offset: 4)) == [])
        try await pagesFollowEachOther(all, in: store)
    }

    /// Page by page, in both directions, every event that meets the conditions is there once.
    private func pagesFollowEachOther(
        _ all: [AuditEvent],
        in store: any DirectoryStore
    ) async throws {
        for isNewestFirst in [false, true] {
            for conditions in [[], [.date(.greater, all[0].at)]] as [[AuditQuery.Condition]] {
                let whole = AuditQuery(conditions: conditions, isNewestFirst: isNewestFirst)
                var query = whole
                query.limit = 2
                var found: [AuditEvent] = []
                var position: AuditPosition?
                var sizes: [Int] = []
                repeat {
                    let page = try await store.read(.bounded) {
                        [query, position] reader throws(MusterError) in
                        try reader.auditPage(query, after: position)
                    }
                    found += page.events
                    sizes.append(page.events.count)
                    position = page.end
                } while position != nil && sizes.count < 9
                #expect(try await events(store, whole) == found)
                #expect(sizes == (conditions.isEmpty ? [2, 2, 0] : [2, 1, 0]))
            }
        }
    }

    private func eventsOutliveUsers() async throws {
        let (store, user) = try await makeStore(with: "jane@example.com")
        let event = event(number: 0, actor: user.uuid, target: user.uuid, action: .userUpdate)
        try await append([event], to: store)
        #expect(
            try await events(store, AuditQuery(conditions: [.targetName("JANE@example.com")])) == [
                event
            ]
        )
        #expect(
            try await events(store, AuditQuery(conditions: [.actorName("jane@example.com")])) == [
                event
            ]
        )
        try await store.delete(user)
        #expect(try await events(store, AuditQuery(conditions: [.target(user.uuid)])) == [event])
        // The name that she has now is hers no more; the one that the log has kept stays.
        #expect(
            try await events(store, AuditQuery(conditions: [.targetName("jane@example.com")])) == []
        )
        #expect(try await events(store, AuditQuery(conditions: [.targetName("target")])) == [event])
    }

    private func event(number: Int, actor: UUID?, target: UUID?, action: AuditAction) -> AuditEvent
    {
        AuditEvent(
            id: String(repeating: "\(number)", count: 32),
            at: now.advanced(by: .seconds(number)),
            action: action,
            isFailure: false,
            actor: actor.map { AuditParty(uuid: $0, name: "actor") },
            impersonated: nil,
            address: nil,
            requestID: "request",
            target: target.map { AuditParty(uuid: $0, name: "target") },
            fields: []
        )
    }

    private func append(
        _ events: [AuditEvent],
        to store: any DirectoryStore
    ) async throws(MusterError) {
        try await store.write { transaction throws(MusterError) in
            for event in events { try transaction.appendAuditEvent(event) }
        }
    }

    private func events(
        _ store: any DirectoryStore,
        _ query: AuditQuery = AuditQuery()
    ) async throws(MusterError) -> [AuditEvent] {
        try await store.read(.bounded) { reader throws(MusterError) in try reader.auditEvents(query)
        }
    }

    private func count(
        _ store: any DirectoryStore,
        _ query: AuditQuery
    ) async throws(MusterError) -> Int {
        try await store.read(.bounded) { reader throws(MusterError) in
            try reader.auditEventCount(query, exactUpTo: .max).count
        }
    }
}
