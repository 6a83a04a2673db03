import Testing

/// How often a store that is far away may be asked for the answer to a GET.
///
/// Whoever makes a number larger makes everybody wait who has such a store.
struct LookBudget: Sendable, CustomTestStringConvertible {
    /// What is asked for, as it is sent.
    let target: String
    /// The path of its route, by which the table is held against all routes.
    let route: String
    /// How many snapshots are read.
    ///
    /// It is one, in which the caller is let in and answered. Lists have a second one: whose turn it is has to be known
    /// before much is read, and in the second the caller is judged again and answered.
    let reads: Int
    /// How many ways there and back all of them make together.
    let trips: Int

    var testDescription: String { target }

    /// What is asked for, with the UUIDs that stand in it as {jane} and {team}.
    func target(jane: String, team: String) -> String {
        target.replacing("{jane}", with: jane).replacing("{team}", with: team)
    }

    init(_ route: String, _ target: String? = nil, trips: Int, reads: Int = 1) {
        self.route = route
        self.target = target ?? route
        self.trips = trips
        self.reads = reads
    }

    /// Every GET of every dialect that asks who is calling, but for the console's pages.
    ///
    /// Each of those makes several calls. User 3 is not the caller, group 1 is one of the administrator's making.
    static let all: [LookBudget] = [
        LookBudget("/users", trips: 3, reads: 2),
        LookBudget("/users", "/users?limit=5", trips: 2),
        LookBudget("/users", "/users?q=admin", trips: 3, reads: 2),
        LookBudget("/users/:id", "/users/3", trips: 2),
        LookBudget("/users/:id/authorizations", "/users/3/authorizations", trips: 2),
        LookBudget("/session", trips: 1),
        LookBudget("/groups", trips: 4, reads: 2),
        LookBudget("/groups/:gid/users", "/groups/2/users", trips: 4, reads: 2),
        LookBudget("/groups/:gid/users", "/groups/0/users", trips: 3, reads: 2),
        LookBudget("/access-control/v1/roles", trips: 1),
        LookBudget(
            "/access-control/v1/users/:id/roles",
            "/access-control/v1/users/3/roles",
            trips: 2
        ),
        LookBudget("/audit-log/v1/events", trips: 4, reads: 2),
        LookBudget("/server/properties", trips: 1),
        LookBudget("/activelogic/v1/sessions", trips: 2),
        LookBudget("/activelogic/v1/users", trips: 4, reads: 2),
        LookBudget("/activelogic/v1/users/:id", "/activelogic/v1/users/3", trips: 2),
        LookBudget(
            "/activelogic/v1/users/by-name/:name",
            "/activelogic/v1/users/by-name/jane%40example.com",
            trips: 2
        ),
        LookBudget("/activelogic/v1/users/:id/keys", "/activelogic/v1/users/3/keys", trips: 4),
        LookBudget(
            "/activelogic/v1/users/by-name/:name/keys",
            "/activelogic/v1/users/by-name/jane%40example.com/keys",
            trips: 4
        ),
        LookBudget("/activelogic/v1/permissions", trips: 1),
        LookBudget("/muster/v1/users", trips: 5, reads: 2),
        LookBudget("/muster/v1/users", "/muster/v1/users?group=Team", trips: 6, reads: 2),
        LookBudget("/muster/v1/users/:ref", "/muster/v1/users/3", trips: 8),
        LookBudget("/muster/v1/users/:ref/ssh-keys", "/muster/v1/users/3/ssh-keys", trips: 4),
        LookBudget("/muster/v1/users/:ref/factors", "/muster/v1/users/3/factors", trips: 4),
        LookBudget("/muster/v1/account", trips: 7),
        LookBudget("/muster/v1/factors", trips: 3),
        LookBudget("/muster/v1/groups", trips: 4, reads: 2),
        LookBudget("/muster/v1/groups/:group", "/muster/v1/groups/2", trips: 2),
        LookBudget("/muster/v1/groups/:group", "/muster/v1/groups/0", trips: 3, reads: 2),
        LookBudget("/muster/v1/sessions", trips: 4, reads: 2),
        LookBudget("/muster/v1/sessions", "/muster/v1/sessions?user=3", trips: 5, reads: 2),
        LookBudget("/muster/v1/audit/events", trips: 4, reads: 2),
        LookBudget("/muster/v1/masks", trips: 1),
        LookBudget("/muster/v1/server/properties", trips: 1),
        LookBudget("/scim/v2/Users", trips: 5, reads: 2),
        LookBudget(
            "/scim/v2/Users",
            "/scim/v2/Users?filter=id%20eq%20%22{jane}%22",
            trips: 4,
            reads: 2
        ),
        // The login name alone is found where its caller is let in.
        LookBudget(
            "/scim/v2/Users",
            "/scim/v2/Users?filter=userName%20eq%20%22jane@example.com%22",
            trips: 3
        ),
        LookBudget("/scim/v2/Users/:id", "/scim/v2/Users/{jane}", trips: 3),
        LookBudget("/scim/v2/Me", trips: 2),
        LookBudget("/scim/v2/Groups", trips: 4, reads: 2),
        LookBudget("/scim/v2/Groups/:id", "/scim/v2/Groups/{team}", trips: 3),
    ]

    /// Those that change something first, or write as they read: the export is a record of the audit log.
    static let others: Set<String> = ["/muster/v1/users/export"]
}
