import HTTPTypes
import MusterCore
import MusterTesting
import Testing

/// One call that changes something, ready to be made in a ``RightsScene``.
///
/// Words in braces in path and body stand for what the scene has: `{jane}` for a user's number, and so on.
struct ChangingRoute: Sendable, CustomTestStringConvertible {
    /// What a caller needs for it.
    enum Need: Sendable {
        /// The role Administrator.
        case role
        /// The Write on Users.
        case masks
        /// Nothing but to have come in: it changes itself.
        case nothing
        /// The same, and not in another's name.
        case itself
        /// A session, which the call ends.
        case session
    }

    let method: HTTPRequest.Method
    /// The path as the table of routes has it.
    let pattern: String
    let path: String
    let body: String
    let need: Need
    /// Whether it changes a user, so that `If-Match` holds for it.
    let isRevised: Bool

    var testDescription: String { "\(method) \(pattern)" }
    var name: String { "\(method) \(pattern)" }

    init(
        _ method: HTTPRequest.Method,
        _ pattern: String,
        _ path: String? = nil,
        _ body: String = "",
        _ need: Need,
        isRevised: Bool = true
    ) {
        self.method = method
        self.pattern = pattern
        self.path = path ?? pattern
        self.body = body
        self.need = need
        self.isRevised = isRevised
    }

    /// Calls that change nothing by themselves, or let somebody in.
    static let exempt: Set<String> = [
        "POST /session", "POST /activelogic/v1/sessions", "POST /muster/v1/sessions",
        "POST /muster/v1/logins/webauthn",
        "POST /muster/v1/logins/:handle", "POST /muster/v1/logins/:handle/send",
        "POST /scim/v2/Users/.search", "POST /scim/v2/Groups/.search",
        "POST /scim/v2/.search",
    ]

    /// Every other call that is no GET.
    static let all =
        tenable + own + activeLogic + native + nativeUsers + nativeGroups + factors + scim

    static let password = "Correct-Horse-7"
    static let fresh = "Better-Horse-8"

    private static let tenable: [ChangingRoute] = [
        ChangingRoute(
            .post,
            "/users",
            nil,
            #"{"username":"new@example.com","password":"Better-Horse-8","permissions":64}"#,
            .role
        ),
        ChangingRoute(.put, "/users/:id", "/users/{jane}", #"{"name":"New"}"#, .role),
        ChangingRoute(.delete, "/users/:id", "/users/{jane}", "", .role),
        ChangingRoute(
            .put,
            "/users/:id/enabled",
            "/users/{jane}/enabled",
            #"{"enabled":false}"#,
            .role
        ),
        ChangingRoute(
            .put,
            "/users/:id/authorizations",
            "/users/{jane}/authorizations",
            #"{"api_permitted":false,"password_permitted":true,"saml_permitted":true}"#,
            .role
        ),
        ChangingRoute(
            .put,
            "/users/:id/chpasswd",
            "/users/{jane}/chpasswd",
            #"{"password":"\#(fresh)"}"#,
            .role
        ),
        ChangingRoute(.put, "/users/:id/keys", "/users/{jane}/keys", "", .role),
        ChangingRoute(
            .put,
            "/users/:id/two-factor",
            "/users/{jane}/two-factor",
            #"{"email_enabled":true,"sms_enabled":false}"#,
            .role
        ),
        ChangingRoute(
            .post,
            "/users/:id/two-factor/send-verification",
            "/users/{jane}/two-factor/send-verification",
            #"{"sms_phone":"+12025550123"}"#,
            .role
        ),
        ChangingRoute(
            .post,
            "/users/:id/two-factor/verify-code",
            "/users/{jane}/two-factor/verify-code",
            #"{"verification_code":"{code}"}"#,
            .role
        ),
        ChangingRoute(
            .put,
            "/access-control/v1/users/:id/roles",
            "/access-control/v1/users/{jane}/roles",
            #"{"role_uuids":["\#(Role.standard.uuid.text)"]}"#,
            .role
        ),
        ChangingRoute(.post, "/groups", nil, #"{"name":"New"}"#, .role, isRevised: false),
        ChangingRoute(
            .put,
            "/groups/:gid",
            "/groups/{empty}",
            #"{"name":"New"}"#,
            .role,
            isRevised: false
        ),
        ChangingRoute(.delete, "/groups/:gid", "/groups/{empty}", "", .role, isRevised: false),
        ChangingRoute(.post, "/groups/:gid/users/:id", "/groups/{empty}/users/{jane}", "", .role),
        ChangingRoute(.delete, "/groups/:gid/users/:id", "/groups/{full}/users/{jane}", "", .role),
    ]

    private static let own: [ChangingRoute] = [
        ChangingRoute(.put, "/session", nil, #"{"name":"New"}"#, .nothing),
        ChangingRoute(.delete, "/session", nil, "", .session, isRevised: false),
        ChangingRoute(.delete, "/activelogic/v1/sessions", nil, "", .session, isRevised: false),
        ChangingRoute(
            .put,
            "/session/chpasswd",
            nil,
            #"{"password":"\#(fresh)","current_password":"\#(password)"}"#,
            .nothing
        ),
        ChangingRoute(.put, "/session/keys", nil, "", .nothing),
        ChangingRoute(
            .put,
            "/session/two-factor",
            nil,
            #"{"email_enabled":true,"sms_enabled":false,"password":"\#(password)"}"#,
            .nothing
        ),
        ChangingRoute(
            .post,
            "/session/two-factor/send-verification",
            nil,
            #"{"sms_phone":"+12025550123","password":"\#(password)"}"#,
            .nothing
        ),
        ChangingRoute(
            .post,
            "/session/two-factor/verify-code",
            nil,
            #"{"verification_code":"{own code}"}"#,
            .nothing
        ),
    ]

    /// The same call by the user's number and by its name.
    private static func byBoth(
        _ method: HTTPRequest.Method,
        _ suffix: String,
        _ body: String = ""
    ) -> [ChangingRoute] {
        [("/:id", "/{jane}"), ("/by-name/:name", "/by-name/jane@example.com")].map {
            pattern,
            path in
            let root = "/activelogic/v1/users"
            return ChangingRoute(
                method,
                root + pattern + suffix,
                root + path + suffix,
                body,
                .masks
            )
        }
    }

    private static let activeLogic: [ChangingRoute] =
        [
            ChangingRoute(
                .post,
                "/activelogic/v1/users",
                nil,
                #"{"name":"new@example.com","password":"\#(fresh)"}"#,
                .masks
            ),
            ChangingRoute(
                .post,
                "/activelogic/v1/authenticate",
                nil,
                #"{"username":"jane@example.com","password":"\#(password)","ip_address":"203.0.113.9"}"#,
                .masks,
                isRevised: false
            ),
        ]
        + byBoth(.patch, "", #"{"timeout":60}"#) + byBoth(.delete, "")
        + byBoth(
            .put,
            "/password",
            #"{"current_password":"\#(password)","new_password":"\#(fresh)"}"#
        )
        + byBoth(.post, "/keys", #"{"key":"{other key}"}"#)
        + byBoth(.delete, "/keys", #"{"key":"{key}"}"#)

    private static let native: [ChangingRoute] = [
        ChangingRoute(.post, "/muster/v1/users", nil, #"{"username":"new@example.com"}"#, .masks),
        ChangingRoute(
            .patch,
            "/muster/v1/users/:ref",
            "/muster/v1/users/{jane}",
            #"{"name":"New","enabled":false}"#,
            .masks
        ),
        ChangingRoute(.delete, "/muster/v1/users/:ref", "/muster/v1/users/{jane}", "", .masks),
        ChangingRoute(
            .post,
            "/muster/v1/users/:ref/unlock",
            "/muster/v1/users/{jane}/unlock",
            "",
            .masks
        ),
        ChangingRoute(
            .delete,
            "/muster/v1/users/:ref/keys",
            "/muster/v1/users/{jane}/keys",
            "",
            .masks
        ),
        ChangingRoute(
            .delete,
            "/muster/v1/sessions/:id",
            "/muster/v1/sessions/{session}",
            "",
            .masks
        ),
        ChangingRoute(
            .delete,
            "/muster/v1/users/:ref/sessions",
            "/muster/v1/users/{jane}/sessions",
            "",
            .masks
        ),
        ChangingRoute(
            .post,
            "/muster/v1/users/import",
            nil,
            #"{"username":"new@example.com"}"#,
            .masks,
            isRevised: false
        ),
    ]

    private static let confirmation = #"{"password":"\#(password)"}"#

    private static let factors: [ChangingRoute] = [
        ChangingRoute(
            .post,
            "/muster/v1/factors/totp",
            nil,
            confirmation,
            .itself,
            isRevised: false
        ),
        ChangingRoute(
            .post,
            "/muster/v1/factors/totp/:id/confirm",
            "/muster/v1/factors/totp/{own app}/confirm",
            #"{"code":"{own app code}"}"#,
            .itself,
            isRevised: false
        ),
        ChangingRoute(
            .post,
            "/muster/v1/factors/webauthn/options",
            nil,
            confirmation,
            .itself,
            isRevised: false
        ),
        ChangingRoute(
            .post,
            "/muster/v1/factors/webauthn",
            nil,
            #"{"label":"Key","credential":{own credential}}"#,
            .itself,
            isRevised: false
        ),
        ChangingRoute(
            .post,
            "/muster/v1/factors/recovery",
            nil,
            confirmation,
            .itself,
            isRevised: false
        ),
        ChangingRoute(
            .delete,
            "/muster/v1/factors/:id",
            "/muster/v1/factors/{own app}",
            confirmation,
            .itself,
            isRevised: false
        ),
        ChangingRoute(
            .post,
            "/muster/v1/users/:ref/factors/reset",
            "/muster/v1/users/{jane}/factors/reset",
            "",
            .masks
        ),
    ]
}
