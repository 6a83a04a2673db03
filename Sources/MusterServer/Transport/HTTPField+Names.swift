import HTTPTypes

extension HTTPField.Name {
    static let xAPIKeys = known("X-APIKeys")
    static let xCookie = known("X-Cookie")
    static let xImpersonate = known("X-Impersonate")
    static let xForwardedFor = known("X-Forwarded-For")
    static let xForwardedProto = known("X-Forwarded-Proto")
    static let forwarded = known("Forwarded")
    static let xRequestUUID = known("X-Request-Uuid")
    static let xLastRequestUUID = known("X-Tio-Last-Request-Uuid")
    static let xErrorHint = known("X-Error-Hint")
    /// What is left of the field `Host` beside the first line, which the library takes for the authority.
    static let moreHost = known("Host")
    static let referrerPolicy = known("Referrer-Policy")
    static let crossOriginOpenerPolicy = known("Cross-Origin-Opener-Policy")
    static let secFetchSite = known("Sec-Fetch-Site")
    static let xMusterLogin = known("X-Muster-Login")
    static let xMusterToken = known("X-Muster-Token")
    /// What follows from a change that was made, for whoever asked for it.
    static let xMusterWarning = known("X-Muster-Warning")
    /// Carries the code of the error that a page tells as far as ``RootResponder``, which takes it out.
    static let xMusterRefusal = known("X-Muster-Refusal")
    static let xContentTypeOptions = known("X-Content-Type-Options")

    private static func known(_ name: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(name) else {
            preconditionFailure("\(name) is written in this file and is a valid field name")
        }
        return name
    }
}
