import HTTPTypes
import MusterCore
import Testing

/// A change of one user, by whoever may make it, that meets others at the same moment.
struct RacingChange: Sendable, CustomTestStringConvertible {
    /// Who makes it.
    enum Caller: Sendable {
        /// The directory's owner, with API keys.
        case administrator
        /// The user itself, in a session.
        case oneself
        /// The user itself, who has not come in yet.
        case stranger
    }

    let route: ChangingRoute
    let caller: Caller
    let number: Int

    var testDescription: String { "\(number) \(route.name) \(route.body.prefix(60))" }

    /// Every call that changes a user, and some with other bodies, so that each field is changed by one of them.
    static let all: [RacingChange] = (table + others).enumerated().map { number, change in
        RacingChange(route: change.route, caller: change.caller, number: number)
    }

    /// The rows of the table of changes that are about a user who exists.
    private static let table: [RacingChange] = ChangingRoute.all.compactMap { route in
        switch route.need {
        case .nothing, .itself, .session:
            RacingChange(route: own(route), caller: .oneself, number: 0)
        case .role, .masks:
            isAboutUser(route) ? RacingChange(route: route, caller: .administrator, number: 0) : nil
        }
    }

    /// Whether a call names a user; by number and by name is one call.
    private static func isAboutUser(_ route: ChangingRoute) -> Bool {
        guard !route.pattern.contains("/by-name/") else { return false }
        return route.path.contains("{jane}") || route.path.contains("{jane uuid}")
            || route.path.contains("{session}") || route.body.contains("jane@example.com")
    }

    /// The same call, with what belongs to the user by whom it is made.
    private static func own(_ route: ChangingRoute) -> ChangingRoute {
        ChangingRoute(
            route.method,
            route.pattern,
            route.path.replacing("{own ", with: "{"),
            route.body.replacing("{own ", with: "{"),
            route.need,
            isRevised: route.isRevised
        )
    }

    private static let others: [RacingChange] =
        [
            ChangingRoute(.put, "/users/:id", "/users/{jane}", #"{"permissions":32}"#, .role),
            ChangingRoute(
                .put,
                "/users/:id",
                "/users/{jane}",
                #"{"email":"elsewhere@example.org"}"#,
                .role
            ),
            ChangingRoute(
                .put,
                "/users/:id/authorizations",
                "/users/{jane}/authorizations",
                #"{"api_permitted":true,"password_permitted":false,"saml_permitted":true,"#
                    + #""mfa_enrollment_required":true}"#,
                .role
            ),
            activeLogic(#"{"hosts":["192.0.2.0/24"]}"#),
            activeLogic(#"{"name":"renamed@example.com","readbm":7}"#),
            activeLogic(#"{"writebm":8,"lviewbm":1,"password":"Third-Horse-9"}"#),
            native(#"{"two_factor_required":true,"saml_permitted":false}"#),
            native(#"{"email":"native@example.org","permissions":24}"#),
            native(#"{"expires_at":1,"note":"Gone"}"#),
            ChangingRoute(
                .post,
                "/muster/v1/users/import",
                "/muster/v1/users/import?mode=upsert",
                #"{"username":"jane@example.com","name":"Imported","lviewbm":2,"groups":["empty"],"#
                    + #""ssh_keys":["{other key}"]}"#,
                .masks,
                isRevised: false
            ),
            ChangingRoute(
                .post,
                "/muster/v1/users/import",
                "/muster/v1/users/import?mode=upsert",
                #"{"username":"jane@example.com","password":"Fourth-Horse-9","enabled":true}"#,
                .masks,
                isRevised: false
            ),
        ].map { RacingChange(route: $0, caller: .administrator, number: 0) }
        + WayIn.logins.map { path in
            let body = #"{"username":"jane@example.com","password":"Correct-Horse-7"}"#
            return RacingChange(
                route: ChangingRoute(.post, path, path, body, .nothing, isRevised: false),
                caller: .stranger,
                number: 0
            )
        }

    private static func activeLogic(_ body: String) -> ChangingRoute {
        ChangingRoute(
            .patch,
            "/activelogic/v1/users/:id",
            "/activelogic/v1/users/{jane}",
            body,
            .masks
        )
    }

    private static func native(_ body: String) -> ChangingRoute {
        ChangingRoute(
            .patch,
            "/muster/v1/users/:ref",
            "/muster/v1/users/{jane}",
            body,
            .masks
        )
    }
}
