import Hummingbird
import MusterConsole
import MusterCore
import TextBytes

/// What is done with many users.
///
/// | method | path | answers |
/// |---|---|---|
/// | POST | /admin/users/bulk | the question; what came of each |
struct BulkRoutes {
    private let front: ConsoleFront
    private let users: UserService
    private let groups: GroupService

    init(_ front: ConsoleFront) {
        self.front = front
        users = UserService(front.directory)
        groups = GroupService(front.directory)
    }

    var routes: [Route] {
        [
            front.form(
                "/admin/users/bulk",
                asks: { $0["confirmed"] == nil },
                isDangerous: { visit in
                    let action = BulkAction(rawValue: visit.text("action").head(40))
                    return visit.isOn("confirmed") && action?.needsProof ?? false
                },
                bulk
            )
        ]
    }

    @Sendable private func bulk(_ visit: Visit) async throws -> Response {
        let principal = try visit.principal
        try principal.requireAdministrator()
        guard let action = BulkAction(rawValue: visit.text("action").head(40)) else {
            throw MusterError.invalid("action", "Choose what shall be done.")
        }
        let ids = visit.items.all("user").compactMap { Int(digits: $0) }
            .map { UserID(rawValue: Int64($0)) }
        guard !ids.isEmpty else {
            throw MusterError.invalid("user", visit.frame.texts.users.nobodySelected)
        }
        guard visit.isOn("confirmed") else { return try await ask(visit, action, ids) }
        let ways = visit.items.all("way").compactMap { BulkWay(rawValue: $0.head(20)) }
        let group = Int(digits: visit.text("group"))
        let t = visit.frame.texts.users
        if action.isAboutWays, ways.isEmpty {
            return try await ask(visit, action, ids, error: t.whichWays)
        }
        if action.isAboutGroup, group == nil {
            return try await ask(visit, action, ids, error: t.whichGroup)
        }
        let change = BulkChange(visit.directory, action, group: group, ways: ways)
        var outcomes: [BulkPage.Outcome] = []
        for id in ids { outcomes.append(try await change.make(on: id, by: principal)) }
        return ConsoleResponse.page(BulkPage.results(visit.frame, action, outcomes))
    }

    /// Asks once more, with all names written out.
    private func ask(
        _ visit: Visit,
        _ action: BulkAction,
        _ ids: [UserID],
        error: String? = nil
    ) async throws -> Response {
        let principal = try visit.principal
        var selected: [User] = []
        for id in ids {
            do {
                selected.append(try await users.look(at: .id(id), by: principal))
            } catch {
                guard error.code == .userNotFound else { throw error }
                continue
            }
        }
        let choices = action.isAboutGroup ? try await groups.madeInTurn(by: principal) : []
        let page = BulkPage.confirm(
            visit.frame,
            action,
            selected,
            groups: choices,
            choice: FieldState(error: error)
        )
        return ConsoleResponse.page(page, error == nil ? .ok : .unprocessableContent)
    }
}
