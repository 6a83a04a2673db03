import HTTPTypes

/// The calls of SCIM, whose `If-Match` is about one resource and has tests of its own.
extension ChangingRoute {
    private static func call(
        _ method: HTTPRequest.Method,
        _ pattern: String,
        _ path: String,
        _ body: String
    ) -> ChangingRoute {
        let root = "/scim/v2"
        return ChangingRoute(method, root + pattern, root + path, body, .masks, isRevised: false)
    }

    static let scim: [ChangingRoute] = [
        call(.post, "/Users", "/Users", #"{"userName":"new@example.com","title":"Guide"}"#),
        call(.put, "/Users/:id", "/Users/{jane uuid}", #"{"userName":"jane","active":false}"#),
        call(
            .patch,
            "/Users/:id",
            "/Users/{jane uuid}",
            #"{"Operations":[{"op":"Replace","path":"active","value":"False"}]}"#
        ),
        call(.delete, "/Users/:id", "/Users/{jane uuid}", ""),
        call(
            .post,
            "/Groups",
            "/Groups",
            #"{"displayName":"New","members":[{"value":"{jane uuid}"}]}"#
        ),
        call(.put, "/Groups/:id", "/Groups/{full uuid}", #"{"displayName":"full","members":[]}"#),
        call(
            .patch,
            "/Groups/:id",
            "/Groups/{empty uuid}",
            #"{"Operations":[{"op":"add","path":"members","value":[{"value":"{jane uuid}"}]}]}"#
        ),
        call(.delete, "/Groups/:id", "/Groups/{full uuid}", ""),
        call(
            .post,
            "/Bulk",
            "/Bulk",
            #"{"Operations":[{"method":"POST","bulkId":"a","path":"/Users","data":{"userName":"new@example.com"}}]}"#
        ),
        ownCall(.put, #"{"userName":"{name}","displayName":"Deputy"}"#),
        ownCall(
            .patch,
            #"{"Operations":[{"op":"add","path":"name.givenName","value":"Dee"}]}"#
        ),
    ]

    /// A change of oneself.
    private static func ownCall(_ method: HTTPRequest.Method, _ body: String) -> ChangingRoute {
        let path = "/scim/v2/Me"
        return ChangingRoute(method, path, path, body, .nothing, isRevised: false)
    }
}
