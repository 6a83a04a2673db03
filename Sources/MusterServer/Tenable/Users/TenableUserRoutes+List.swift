import Hummingbird
import MusterCore
import TenableAPI
import TextBytes
import WireJSON

/// The list of users: a page where `limit` is given, otherwise all of them, written as they are read.
struct TenableUserList: Sendable {
    private let users: UserService
    private let view: TenableUserView
    private let pace: ShortListPace

    init(_ directory: Directory, pace: ShortListPace = ShortListPace()) {
        users = UserService(directory)
        view = TenableUserView(directory)
        self.pace = pace
    }

    /// The most users of a page that is answered at once: as much work as some twenty look-ups.
    private static let immediateLimit = 20

    var route: Route { Route(.get, "/users", isList: true, reading: page, list) }

    @Sendable private func list(_ call: Call) async throws -> Response {
        try await respond(to: try call.principal, call)
    }

    @Sendable private func page(_ call: ReadCall) throws(MusterError) -> Answer? {
        try call.principal.requireReader()
        let items = try call.query()
        let writer = writer(for: call.principal, withRoles: try items.wantsRoles())
        let (query, hasLimit) = try items.userQuery()
        let now = ContinuousClock.now
        guard hasLimit, query.limit <= Self.immediateLimit, query.isShort, pace.hasTime(at: now)
        else { return nil }
        let users = try users.page(by: call.principal, in: call.reader) {
            () throws(MusterError) in query
        }
        pace.took(ShortListPace.cost(of: users), at: now)
        return UserPages.answer(users, writer)
    }

    /// Answers with the users that a query asks for, or the members of a group.
    func respond(
        to principal: Principal,
        _ call: Call,
        membersOf group: GroupReference? = nil
    ) async throws -> Response {
        if group == nil { try principal.requireReader() }
        var withRoles = false
        let pages = UserPages(users, by: principal)
        let first = try await pages.first(membersOf: group) { () throws(MusterError) in
            let items = try call.query()
            withRoles = try items.wantsRoles()
            return try items.userQuery()
        }
        return try pages.respond(first, writer(for: principal, withRoles: withRoles))
    }

    /// How a caller sees users.
    private func writer(for principal: Principal, withRoles: Bool) -> UserPages.Writer {
        let view = view
        guard principal.role == .administrator else {
            return { user, json in view.record(user).writeBrief(to: &json) }
        }
        return { user, json in view.record(user, withRoles: withRoles).write(to: &json) }
    }
}
