import HTTPTypes
import Hummingbird
import MusterCore
import TextBytes

/// The console's cookies: none is for scripts, and none goes to the APIs.
///
/// A session of the console has a cookie of its own, so that no page of whatever site can have a browser call the APIs
/// with it; and it is of a kind of its own, so that its token opens none of them either, however it is sent.
enum ConsoleCookie: String {
    /// The token of the session.
    case session = "muster_console"
    /// The login that a factor has to finish.
    case login = "muster_login"
    /// In whose name an administrator acts.
    case impersonation = "muster_acting_as"
    /// Which columns a list of users has.
    case columns = "muster_columns"

    /// What is presented by a browser; nil if it presents nothing.
    @Sendable static func credentials(_ fields: HTTPFields) throws(MusterError) -> Credentials? {
        session.value(in: fields).map { .consoleSession(token: Secret($0)) }
    }

    /// In whose name a browser asks to act; nil for its owner's.
    ///
    /// - Throws: ``MusterError`` with code `access.impersonation_refused` where the page has not given the cookie in this
    ///   session (``ActingCookie``).
    @Sendable static func impersonated(
        _ fields: HTTPFields,
        _ principal: Principal,
        _ digester: any Digester
    ) throws(MusterError) -> String? {
        guard let value = impersonation.value(in: fields), !value.isEmpty else { return nil }
        guard let name = ActingCookie(of: principal, digester)?.name(in: value) else {
            throw MusterError(
                .impersonationRefused,
                "This session has not begun to act as anybody. Go on as yourself, or begin again on the user's page."
            )
        }
        return name
    }

    /// The value that a browser has sent; nil if there is none.
    func value(in fields: HTTPFields) -> String? {
        for cookies in fields[values: .cookie] {
            for part in cookies.utf8.split(separator: UInt8(ascii: ";")) {
                let part = part.trimmingBlanks
                guard let sign = part.firstIndex(of: UInt8(ascii: "=")),
                    part[..<sign].elementsEqual(rawValue.utf8)
                else { continue }
                let value = part[part.index(after: sign)...]
                guard value.count <= TextLimit.field else { return nil }
                return String(Substring(value))
            }
        }
        return nil
    }

    /// The value of `Set-Cookie` that gives a browser the cookie until it is closed, or for some seconds.
    func setting(
        _ value: String,
        lasting seconds: Int? = nil,
        _ call: Call,
        _ cookies: SessionCookie
    ) -> String {
        let age = seconds.map { "; Max-Age=\($0)" } ?? ""
        return "\(rawValue)=\(value)\(age)"
            + cookies.attributes(on: call.context.channel, call.request.headers)
    }

    /// The value of `Set-Cookie` that has a browser forget the cookie.
    func clearing(_ call: Call, _ cookies: SessionCookie) -> String {
        setting("", lasting: 0, call, cookies)
    }
}

extension Response {
    /// The same answer, which also hands a browser the new token of its session, if that has one.
    func handing(_ renewed: IssuedSession?, _ visit: Visit) -> Response {
        guard let renewed else { return self }
        let cookie = renewed.token.withExposedValue { token in
            ConsoleCookie.session.setting(token, visit.call, visit.parts.cookies)
        }
        return settingCookie(cookie)
    }
}
