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

    /// How it is asked for.
    enum Call: Sendable {
        /// A call of an API.
        case request(ChangingRoute)
        /// A form of the console.
        case form(RacingForm)
        /// An operation of LDAP.
        case operation(RacingOperation)
    }

    let call: Call
    let caller: Caller
    let number: Int

    /// The method and the path, or what it is called.
    var name: String {
        switch call {
        case .request(let route): route.name
        case .form(let form): "POST \(form.pattern)"
        case .operation(let operation): "LDAP \(operation.name)"
        }
    }

    var testDescription: String {
        if case .request(let route) = call { return "\(number) \(name) \(route.body.prefix(60))" }
        return "\(number) \(name)"
    }

    /// Whether it asks, in another way, for what calls of the APIs ask for, too: then it meets some of the others.
    private var isOtherFront: Bool {
        if case .request = call { return false }
        return true
    }

    /// Whether two of them meet in memory: two calls of the APIs always.
    func meets(_ other: RacingChange) -> Bool {
        guard isOtherFront || other.isOtherFront else { return true }
        return (number + other.number) % 12 == 0
    }

    /// Every change of a user, and some with other bodies, so that each field is changed by one of them.
    static let all: [RacingChange] = (table + others + forms + operations).enumerated().map {
        number,
        change in
        RacingChange(call: change.call, caller: change.caller, number: number)
    }

    private static let forms = RacingForm.all.map { form in
        RacingChange(call: .form(form), caller: form.caller, number: 0)
    }

    private static let operations = RacingOperation.all.map { operation in
        RacingChange(call: .operation(operation), caller: operation.caller, number: 0)
    }

    private init(_ route: ChangingRoute, _ caller: Caller) {
        self.init(call: .request(route), caller: caller, number: 0)
    }

    private init(call: Call, caller: Caller, number: Int) {
        (self.call, self.caller, self.number) = (call, caller, number)
    }

    /// The rows of the table of changes that are about a user who exists.
    private static let table: [RacingChange] = ChangingRoute.all.compactMap { route in
        switch route.need {
        case .nothing, .itself, .session:
            RacingChange(own(route), .oneself)
        case .role, .masks:
            isAboutUser(route) ? RacingChange(route, .administrator) : nil
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
        ].map { RacingChange($0, .administrator) }
        + WayIn.logins.filter { $0 != WayIn.signIn }.map { path in
            let body = #"{"username":"jane@example.com","password":"Correct-Horse-7"}"#
            return RacingChange(
                ChangingRoute(.post, path, path, body, .nothing, isRevised: false),
                .stranger
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
