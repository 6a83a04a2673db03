import FoundationEssentials
import Hummingbird
import MusterCore
import SCIMAPI
import TextBytes
import WireJSON

/// Lists of users, in pages that are counted or after a cursor.
struct SCIMUserSearch: Sendable {
    private let directory: Directory
    private let persons: PersonService
    private let view: SCIMUserView
    private let type: SCIMResourceType
    /// In which callers take turns with what looks through much of the directory.
    private let turns: SearchTurns

    init(
        _ directory: Directory,
        _ settings: SCIMSettings = SCIMSettings(),
        turns: SearchTurns = .users
    ) {
        self.directory = directory
        self.turns = turns
        persons = PersonService(directory, readsKeys: settings.sshKeys)
        view = SCIMUserView(directory, settings.users)
        type = settings.users
    }

    /// A page of users.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`, `input.invalid`,
    ///   `server.overloaded` or `store.unavailable`.
    func found(
        _ page: SCIMPage,
        by principal: Principal,
        root: String
    ) async throws(MusterError) -> SCIMFound {
        let (found, projection) = try await find(page, by: principal)
        let cursor = SCIMCursor(directory.digester, page, of: type)
        let goesOn = page.cursor != nil && found.hasMore
        return SCIMFound(
            resources: found.accounts.map { view.shown($0, root: root, projection) },
            total: found.total,
            next: goesOn
                ? found.accounts.last.map {
                    cursor.text(after: .init($0.user.id.rawValue, $0.user.changedAt))
                } : nil
        )
    }

    private func find(
        _ page: SCIMPage,
        by principal: Principal
    ) async throws(MusterError) -> (PersonPage, SCIMProjection) {
        try principal.requireReader()
        let filter = try page.filter(over: type)
        let projection = try page.projection(of: type)
        var search = PersonSearch(limit: page.count)
        search.sort = try SCIMUserSearch.order(page.sortBy)
        search.isDescending = page.isDescending
        search.offset = (page.startIndex ?? 1) - 1
        if let text = page.cursor {
            let position = try SCIMCursor(directory.digester, page, of: type).position(text)
            search.after = position.map { UserID(rawValue: $0.id) }
            search.afterChange = position?.changed
            search.counts = position == nil
        }
        if let filter {
            search.candidates = SCIMUserSearch.candidates(of: filter)
            search.keeps = keeps(filter)
        }
        let persons = persons
        if case .user = search.candidates {
            return (try await persons.search(search, by: principal), projection)
        }
        let found = try await persons.search(search, by: principal) { part throws(MusterError) in
            try await turns.run(for: principal, part)
        }
        return (found, projection)
    }

    /// Whether an account passes a filter, of which no more is made than that asks for: it may be asked of everybody.
    private func keeps(_ filter: SCIMFilter) -> @Sendable (PersonalAccount) -> Bool {
        let view = view
        let isPlain =
            filter.attributeNames.map { names in
                names.allSatisfy { SCIMUserView.plainNames.contains($0) }
            } ?? false
        if isPlain { return { filter.matches(view.plainAttributes(of: $0)) } }
        // What says where the resource is cannot be asked for, and its version is dear to make.
        let isWhole = filter.names("meta") || filter.names("schemas")
        return { account in
            filter.matches(
                isWhole ? view.resource(account, root: "") : view.tree(of: account)
            )
        }
    }

    /// Where alone those can be who pass a filter, as far as an index tells.
    private static func candidates(of filter: SCIMFilter) -> PersonSearch.Candidates {
        var moment: Timestamp?
        var having: PersonSearch.Candidates?
        for condition in filter.conjuncts {
            if let beginning = condition.beginning, beginning.part == "lastModified" {
                moment = max(moment ?? .init(rawValue: .min), .init(rawValue: beginning.moment))
            }
            having = having ?? condition.piece.flatMap { candidates(having: $0) }
            guard let (attribute, part, text) = condition.equality else { continue }
            switch (attribute, part) {
            case ("userName", nil): return .user(.username(text))
            case ("id", nil): return UUID(path: text).map { .user(.uuid($0)) } ?? .nobody
            case ("externalId", nil): return .key(.externalID(text))
            case ("displayName", nil): return .key(.name(text))
            case ("emails", nil), ("emails", "value"): return .key(.address(text))
            case ("groups", nil), ("groups", "value"):
                return UUID(path: text).map { .members($0) } ?? .nobody
            default: continue
            }
        }
        // Last, since any number of users may have it, or have been changed since.
        return having ?? moment.map { .changed(since: $0) } ?? .everybody
    }

    /// Those who alone can have a piece of a text; nil if no index tells.
    private static func candidates(
        having piece: (attribute: String, part: String?, text: String, isBeginning: Bool)
    ) -> PersonSearch.Candidates? {
        // Of addresses the index has one of each user alone.
        guard ["userName", "displayName"].contains(piece.attribute), piece.part == nil else {
            return nil
        }
        if piece.isBeginning { return piece.text.isEmpty ? nil : .beginning(piece.text) }
        let isLong = piece.text.unicodeScalars.count >= UserQuery.minimumInfix
        return isLong ? .containing(piece.text) : nil
    }

    private static func order(_ name: String?) throws(MusterError) -> UserQuery.SortField {
        guard let name else { return .id }
        let orders: [(name: String, field: UserQuery.SortField)] = [
            ("id", .id), ("userName", .username), ("displayName", .name), ("emails", .email),
            ("emails.value", .email), ("meta.created", .id), ("meta.lastModified", .changed),
        ]
        let prefix = SCIMSchema.user.id + ":"
        let bare =
            name.utf8.starts(with: prefix.utf8)
            ? String(decoding: name.utf8.dropFirst(prefix.utf8.count), as: UTF8.self) : name
        if let order = orders.first(where: { $0.name.hasSameFoldedBytes(as: bare) }) {
            return order.field
        }
        let names = orders.map(\.name).joined(separator: ", ")
        throw SCIMFailure(
            .invalidValue,
            "Users are sorted by one of \(names), not by \(name.quoted(60))."
        ).error
    }
}
