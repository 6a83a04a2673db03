import FoundationEssentials
import Hummingbird
import MusterCore
import SCIMAPI
import TextBytes
import WireJSON

/// Lists of groups, in pages that are counted or after a cursor.
struct SCIMGroupSearch: Sendable {
    /// By what groups are sorted; ties are broken by the number.
    private enum Order: CaseIterable {
        case number
        case name
        case change

        /// The attributes that say so.
        var attributes: [String] {
            switch self {
            case .number: ["id", "meta.created"]
            case .name: ["displayName"]
            case .change: ["meta.lastModified"]
            }
        }
    }

    /// The most members that the groups of a page have together, where they are shown, unless the first has more: some ten
    /// megabytes of them.
    static let mostMembers = 20_000

    private let directory: Directory
    private let groups: GroupService
    private let view: SCIMGroupView
    private let mostMembers: Int
    private let mostHeld: Int

    init(
        _ directory: Directory,
        mostMembers: Int = SCIMGroupSearch.mostMembers,
        mostHeld: Int = SCIMGroupBatches.mostHeld
    ) {
        self.directory = directory
        (self.mostMembers, self.mostHeld) = (mostMembers, mostHeld)
        groups = GroupService(directory)
        view = SCIMGroupView(directory)
    }

    /// A page of groups.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`, `input.invalid`,
    ///   `server.overloaded` or `store.unavailable`.
    func found(
        _ page: SCIMPage,
        by principal: Principal,
        root: String
    ) async throws(MusterError) -> SCIMFound {
        try principal.requireReader()
        let filter = try page.filter(over: .group)
        let projection = try page.projection(of: .group)
        let cursor = SCIMCursor(directory.digester, page, of: .group)
        let position = try page.cursor.flatMap { text throws(MusterError) in
            try cursor.position(text)
        }
        let order = try SCIMGroupSearch.order(page.sortBy)
        let choose: @Sendable ([Group]) throws(MusterError) -> Choice = {
            groups throws(MusterError) in
            try SCIMGroupSearch.choice(groups, page, position, order)
        }
        let passes: @Sendable (GroupWithMembers) -> Bool = { [view] group in
            filter?.matches(view.resource(group, root: "")) ?? true
        }
        guard let candidates = SCIMGroupSearch.candidates(of: filter) else {
            return SCIMFound(resources: [], total: try choose([]).rest.total, next: nil)
        }
        let (groups, mostMembers) = (groups, mostMembers)
        let found = try await SearchTurns.users.run(for: principal) {
            () async throws(MusterError) in
            try await groups.choose(
                by: principal,
                listing: filter?.names("members") ?? false,
                among: candidates,
                showing: projection.memberListing,
                upTo: mostMembers,
                passing: passes,
                choose
            )
        }
        let next =
            found.rest.goesOn || found.isCut && page.cursor != nil
            ? found.groups.last.map {
                cursor.text(after: .init($0.group.id.rawValue, $0.group.changedAt))
            } : nil
        // After one that has so many the page has ended.
        if found.groups.count == 1,
            let long = SCIMGroupBatches(
                found.groups[0],
                view,
                root: root,
                projection,
                beyond: mostHeld,
                of: groups,
                for: principal
            )
        {
            return SCIMFound(resources: [], long: long, total: found.rest.total, next: next)
        }
        return SCIMFound(
            resources: found.groups.map {
                .tree(projection.apply(to: view.resource($0, root: root), of: .group))
            },
            total: found.rest.total,
            next: next
        )
    }

    /// The groups of a page, how many there are in all unless a cursor goes on, and whether there are more after these.
    private typealias Choice = (groups: [Group], rest: (total: Int?, goesOn: Bool))

    private static func choice(
        _ passed: [Group],
        _ page: SCIMPage,
        _ position: SCIMCursor.Place?,
        _ order: Order
    ) throws(MusterError) -> Choice {
        let sorted = sorted(passed, order, page.isDescending)
        var start = (page.startIndex ?? 1) - 1
        if let position {
            start = try self.start(in: sorted, after: position, order, page.isDescending)
        }
        let rest = sorted.dropFirst(start)
        let shown = Array(rest.prefix(page.count))
        let goesOn = page.cursor != nil && rest.count > shown.count
        return (shown, (position == nil ? passed.count : nil, goesOn))
    }

    /// Where alone those groups can be that pass a filter, as far as an index tells; nil if it names what cannot be.
    private static func candidates(of filter: SCIMFilter?) -> GroupCandidates? {
        var members: GroupCandidates?
        for condition in filter?.conjuncts ?? [] {
            guard let (attribute, part, text) = condition.equality else { continue }
            switch (attribute, part) {
            case ("id", nil): return UUID(path: text).map { .uuid($0) }
            case ("displayName", nil): return .named(text)
            case ("members", nil), ("members", "value"):
                guard let uuid = UUID(path: text) else { return nil }
                members = .ofMember(uuid)
            default: continue
            }
        }
        return members ?? .everywhere
    }

    private static func sorted(
        _ groups: [Group],
        _ order: Order,
        _ isDescending: Bool
    ) -> [Group] {
        var sorted = groups
        switch order {
        case .number: break
        case .name:
            // Each name is folded once, and not in every comparison.
            sorted = groups.map { (key: $0.name.foldedASCII, group: $0) }
                .sorted { $0.key.lexicographicallyPrecedes($1.key) }
                .map(\.group)
        case .change:
            sorted.sort { ($0.changedAt, $0.id.rawValue) < ($1.changedAt, $1.id.rawValue) }
        }
        return isDescending ? sorted.reversed() : sorted
    }

    /// How many groups, in their order, stand before those of a page.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid` where nobody knows any more.
    private static func start(
        in groups: [Group],
        after place: SCIMCursor.Place,
        _ order: Order,
        _ isDescending: Bool
    ) throws(MusterError) -> Int {
        let next: Int?
        switch order {
        case .number:
            next = groups.firstIndex { group in
                isDescending ? group.id.rawValue < place.id : group.id.rawValue > place.id
            }
        case .name:
            guard let last = groups.firstIndex(where: { $0.id.rawValue == place.id }) else {
                throw SCIMFailure(
                    .invalidCursor,
                    "The group with which the page before ended is gone: begin again with an empty cursor."
                ).error
            }
            next = last + 1
        case .change:
            next = groups.firstIndex { group in
                let own = (group.changedAt, group.id.rawValue)
                return isDescending
                    ? own < (place.changed, place.id) : own > (place.changed, place.id)
            }
        }
        return next ?? groups.count
    }

    private static func order(_ name: String?) throws(MusterError) -> Order {
        guard let name else { return .number }
        let order = Order.allCases.first { order in
            order.attributes.contains { $0.hasSameFoldedBytes(as: name) }
        }
        if let order { return order }
        throw SCIMFailure(
            .invalidValue,
            "Groups are sorted by one of id, displayName, meta.created, meta.lastModified, not by \(name.quoted(60))."
        ).error
    }
}
