import FoundationEssentials
import Hummingbird
import MusterCore
import SCIMAPI
import TextBytes
import WireJSON

/// Lists of groups, in pages that are counted or after a cursor.
struct SCIMGroupSearch: Sendable {
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
        let isByName = try SCIMGroupSearch.isByName(page.sortBy)
        let (groups, view) = (groups, view)
        let passed = try await SearchTurns.users.run(for: principal) {
            () async throws(MusterError) in
            try await SCIMGroupSearch.passing(filter, groups, view, by: principal)
        }
        let sorted = SCIMGroupSearch.sorted(passed, isByName, page.isDescending)
        var start = (page.startIndex ?? 1) - 1
        if let position {
            start = (sorted.firstIndex { $0.id.rawValue == position } ?? sorted.count - 1) + 1
        }
        let rest = sorted.dropFirst(start)
        let shown = Array(rest.prefix(page.count))
        let found =
            projection.shows("members")
            ? try await groups.members(of: shown, projection.memberListing, by: principal)
            : shown.map { GroupWithMembers(group: $0, members: nil) }
        let goesOn = page.cursor != nil && rest.count > shown.count
        return SCIMFound(
            resources: found.map {
                projection.apply(to: view.resource($0, root: root), of: .group)
            },
            total: position == nil ? passed.count : nil,
            next: goesOn ? shown.last.map { cursor.text(behind: $0.id.rawValue) } : nil
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
        _ isByName: Bool,
        _ isDescending: Bool
    ) -> [Group] {
        guard isByName else { return isDescending ? groups.reversed() : groups }
        // Each name is folded once, and not in every comparison.
        let sorted = groups.map { (key: $0.name.foldedASCII, group: $0) }
            .sorted { $0.key.lexicographicallyPrecedes($1.key) }
            .map(\.group)
        return isDescending ? sorted.reversed() : sorted
    }

    private static func isByName(_ name: String?) throws(MusterError) -> Bool {
        guard let name else { return false }
        if name.hasSameFoldedBytes(as: "displayName") { return true }
        let others = ["id", "meta.created"]
        if others.contains(where: { $0.hasSameFoldedBytes(as: name) }) { return false }
        throw SCIMFailure(
            .invalidValue,
            "Groups are sorted by one of id, displayName, meta.created, not by \(name.quoted(60))."
        ).error
    }
}
