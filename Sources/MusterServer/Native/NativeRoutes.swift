import HTTPTypes
import MusterCore

/// The native API, under ``root``: what the command line needs, in one dialect.
///
/// | method | path | needs | answers |
/// |---|---|---|---|
/// | GET, POST | /users | reader, administrator | 200 list, 201 record |
/// | GET | /account | anybody | 200 account of the caller |
/// | GET | /users/{ref} | reader or oneself | 200 account |
/// | PATCH, DELETE | /users/{ref} | administrator | 200 record, 204 |
/// | POST | /users/{ref}/unlock | administrator | 200 record |
/// | PUT | /users/{ref}/password | administrator or oneself | 204 |
/// | PUT, DELETE | /users/{ref}/keys | administrator or oneself | 200 pair, 204 |
/// | PATCH | /users/{ref}/two-factor | administrator or oneself | 204 |
/// | POST | /users/{ref}/two-factor/send-verification | administrator or oneself | 204 |
/// | POST | /users/{ref}/two-factor/verify-code | administrator or oneself | 204 |
/// | GET, POST | /users/{ref}/ssh-keys | reader or oneself, administrator | 200 list, 201 or 200 record |
/// | DELETE | /users/{ref}/ssh-keys/{fingerprint} | administrator | 204 |
/// | DELETE | /users/{ref}/sessions | administrator or oneself | 204 |
/// | GET, POST | /groups | Basic or reader, administrator | 200 list, 201 record |
/// | GET, PATCH, DELETE | /groups/{group} | administrator | 200 record, 200 record, 204 |
/// | PUT, DELETE | /groups/{group}/members/{ref} | administrator | 204 |
/// | GET | /audit/events | the role Administrator | 200 list |
/// | GET | /sessions | anybody: its own; administrator: all | 200 list |
/// | POST | /sessions | name and password | 201 session with its token |
/// | DELETE | /sessions/current | anybody | 204 |
/// | DELETE | /sessions/{id} | administrator or oneself | 204 |
/// | POST | /authenticate | reader | 200 masks |
/// | GET | /masks | anybody whose password is settled | 200 list |
/// | GET | /server/status, /server/properties | nothing, anybody | 200 record |
///
/// Factors and logins are in ``NativeFactorRoutes`` and ``NativeLoginRoutes``, RADIUS is in ``NativeRadiusRoutes``. A reader has the Read of Users, an administrator its Write; who has the role Administrator is both.
struct NativeRoutes {
    /// Where the API lives.
    static let root = "/muster/v1"

    private let parts: ServerParts

    init(_ parts: ServerParts) {
        self.parts = parts
    }

    var routes: [Route] {
        let directory = parts.directory
        let lists: [[Route]] = [
            NativeUserRoutes(directory).routes,
            NativeCredentialRoutes(directory).routes,
            NativeSSHKeyRoutes(directory).routes,
            NativeGroupRoutes(directory).routes,
            NativeAuditRoutes(directory).routes,
            NativeSessionRoutes(directory).routes,
            NativeFactorRoutes(directory).routes,
            NativeLoginRoutes(directory).routes,
            NativeServerRoutes(directory, version: parts.version).routes,
            parts.radius.map { NativeRadiusRoutes(directory, $0).routes } ?? [],
        ]
        return lists.flatMap(\.self)
    }

    /// A route of the API, where callers administer by their masks or as Administrator.
    static func route(
        _ method: HTTPRequest.Method,
        _ path: String,
        isOpen: Bool = false,
        isList: Bool = false,
        waitsLong: Bool = false,
        _ handler: @escaping Route.Handler
    ) -> Route {
        Route(
            method,
            root + path,
            of: .native,
            isOpen: isOpen,
            isList: isList,
            waitsLong: waitsLong,
            handler
        )
    }
}

extension NativeRoutes {
    /// A route of the API that only reads by index.
    static func reading(
        _ path: String,
        in directory: Directory,
        leaving long: Route.Handler? = nil,
        _ reading: @escaping Route.Reading
    ) -> Route {
        Route(reading: root + path, of: .native, in: directory, leaving: long, reading)
    }
}

extension ReadCall {
    /// The user whom the path names.
    ///
    /// - Throws: ``MusterError`` with code `input.malformed`.
    func nativeUser() throws(MusterError) -> UserReference {
        UserReference(native: try decodedParameter())
    }
}

extension Call {
    /// The user whom the path names.
    ///
    /// - Throws: ``MusterError`` with code `input.malformed`.
    func nativeUser() throws(MusterError) -> UserReference {
        UserReference(native: try decodedParameter("ref"))
    }

    /// The user whom the path names, as the target of a call that everybody may make for itself.
    ///
    /// - Throws: ``MusterError`` with code `input.malformed`.
    func nativeTarget(of principal: Principal) throws(MusterError) -> UserTarget {
        principal.target(try nativeUser())
    }

    /// A part of the path, decoded.
    ///
    /// - Throws: ``MusterError`` with code `input.malformed`.
    func decodedParameter(_ name: String) throws(MusterError) -> String {
        try PercentEncoding.decode(Array(parameter(name).utf8), plusIsSpace: false)
    }
}
