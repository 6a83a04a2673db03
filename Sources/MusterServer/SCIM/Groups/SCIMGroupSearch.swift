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

    private let directory: Directory
    private let groups: GroupService
    private let view: SCIMGroupView

    init(_ directory: Directory) {
        self.directory = directory
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
        let (groups, view) = (groups, view)
        let passed = try await SearchTurns.users.run(for: principal) {
            () async throws(MusterError) in
            try await SCIMGroupSearch.passing(filter, groups, view, by: principal)
        }
        let sorted = SCIMGroupSearch.sorted(passed, order, page.isDescending)
        var start = (page.startIndex ?? 1) - 1
        if let position {
            start = try SCIMGroupSearch.start(in: sorted, after: position, order, page.isDescending)
        }
        let rest = sorted.dropFirst(start)
        let shown = Array(rest.prefix(page.count))
        let found =
            projection.shows("members")
            ? try await SearchTurns.users.run(for: principal) { () async throws(MusterError) in
                try await groups.members(of: shown, projection.memberListing, by: principal)
            }
            : shown.map { GroupWithMembers(group: $0, members: nil) }
        let goesOn = page.cursor != nil && rest.count > shown.count
        return SCIMFound(
            resources: found.map {
                projection.apply(to: view.resource($0, root: root), of: .group)
            },
            total: position == nil ? passed.count : nil,
            next: goesOn
                ? shown.last.map { cursor.text(behind: .init($0.id.rawValue, $0.changedAt)) } : nil
        )
    }

    /// The groups that pass a filter, in order of their numbers.
    private static func passing(
        _ filter: SCIMFilter?,
        _ groups: GroupService,
        _ view: SCIMGroupView,
        by principal: Principal
    ) async throws(MusterError) -> [Group] {
        guard let filter else {
            return try await groups.all(by: principal, listing: false).map(\.group)
        }
        var member: UUID?
        for condition in filter.conjuncts {
            guard let (attribute, part, text) = condition.equality, attribute == "members",
                part == nil || part == "value"
            else { continue }
            guard let uuid = UUID(path: text) else { return [] }
            member = uuid
        }
        let all = try await groups.all(
            by: principal,
            listing: filter.names("members"),
            of: member
        )
        return all.filter { filter.matches(view.resource($0, root: "")) }.map(\.group)
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
