import HTTPTypes

/// The calls of the native API beside those that change a user's fields.
extension ChangingRoute {
    /// A call about a user in the native API.
    private static func nativeUser(
        _ method: HTTPRequest.Method,
        _ suffix: String,
        _ body: String = "",
        path: String? = nil
    ) -> ChangingRoute {
        let root = "/muster/v1/users"
        let place = root + "/{jane}" + (path ?? suffix)
        return ChangingRoute(method, root + "/:ref" + suffix, place, body, .masks)
    }

    static let nativeUsers: [ChangingRoute] = [
        nativeUser(.put, "/password", #"{"password":"\#(fresh)"}"#),
        nativeUser(.put, "/keys"),
        nativeUser(.patch, "/two-factor", #"{"email_enabled":true}"#),
        nativeUser(
            .post,
            "/two-factor/send-verification",
            #"{"sms_phone":"+12025550123"}"#
        ),
        nativeUser(.post, "/two-factor/verify-code", #"{"verification_code":"{code}"}"#),
        nativeUser(.post, "/ssh-keys", #"{"key":"{other key}"}"#),
        nativeUser(.delete, "/ssh-keys/:fingerprint", path: "/ssh-keys/{fingerprint}"),
    ]

    static let nativeGroups: [ChangingRoute] = [
        ChangingRoute(
            .post,
            "/muster/v1/groups",
            nil,
            #"{"name":"New"}"#,
            .masks,
            isRevised: false
        ),
        ChangingRoute(
            .patch,
            "/muster/v1/groups/:group",
            "/muster/v1/groups/{empty}",
            #"{"name":"New"}"#,
            .masks,
            isRevised: false
        ),
        ChangingRoute(
            .delete,
            "/muster/v1/groups/:group",
            "/muster/v1/groups/{empty}",
            "",
            .masks,
            isRevised: false
        ),
        ChangingRoute(
            .put,
            "/muster/v1/groups/:group/members/:ref",
            "/muster/v1/groups/{empty}/members/{jane}",
            "",
            .masks
        ),
        ChangingRoute(
            .delete,
            "/muster/v1/groups/:group/members/:ref",
            "/muster/v1/groups/{full}/members/{jane}",
            "",
            .masks
        ),
        ChangingRoute(.delete, "/muster/v1/sessions/current", nil, "", .session, isRevised: false),
        ChangingRoute(
            .post,
            "/muster/v1/authenticate",
            nil,
            #"{"username":"jane@example.com","password":"\#(password)","address":"203.0.113.9"}"#,
            .masks,
            isRevised: false
        ),
        ChangingRoute(
            .post,
            "/muster/v1/radius",
            nil,
            RadiusBody.text("jane@example.com", password, from: "203.0.113.9"),
            .masks,
            isRevised: false
        ),
    ]
}
