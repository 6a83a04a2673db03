import ActiveLogicAPI
import HTTPTypes
import Hummingbird
import MusterCore
import WireJSON

/// The ActiveLogic dialect, under ``root``.
///
/// | method | path | needs | answers |
/// |---|---|---|---|
/// | POST, DELETE | /sessions | name and password; a session | 200 session, 204 |
/// | GET | /sessions | anybody | 200 session without its token |
/// | GET, POST | /users | Read, Write on Users | 200 list, 201 user |
/// | GET, PATCH, DELETE | /users/{id}, /users/by-name/{name} | Read or oneself, Write | 200 user, 204 |
/// | PUT | .../password | oneself, or Write | 204 |
/// | GET, POST, DELETE | .../keys | Read or oneself, Write | 200 list, 201 or 200 key, 204 |
/// | POST | /authenticate | Read | 200 masks |
/// | GET | /permissions | anybody | 200 list |
struct ActiveLogicRoutes {
    /// Where the dialect lives.
    static let root = "/activelogic/v1"

    private let directory: Directory

    init(_ directory: Directory) {
        self.directory = directory
    }

    var routes: [Route] {
        let list =
            ActiveLogicSessionRoutes(directory).routes + ActiveLogicUserRoutes(directory).routes
            + ActiveLogicSSHKeyRoutes(directory).routes
            + [ActiveLogicRoutes.route(.get, "/permissions", permissions)]
        return list
    }

    /// A route of the dialect, where callers administer by their masks.
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
            of: .activeLogic,
            isOpen: isOpen,
            isList: isList,
            waitsLong: waitsLong,
            handler
        )
    }

    /// A route of the dialect that only reads by index.
    static func reading(
        _ path: String,
        in directory: Directory,
        _ reading: @escaping Route.Reading
    ) -> Route {
        Route(reading: root + path, of: .activeLogic, in: directory, reading)
    }

    /// Routes that only read, for both ways of naming a user in a path.
    static func userReadings(
        _ suffix: String,
        in directory: Directory,
        _ answer: @escaping @Sendable (UserReference, ReadCall) throws(MusterError) -> Answer?
    ) -> [Route] {
        [
            reading("/users/:id" + suffix, in: directory) { call throws(MusterError) in
                try answer(UserReference(path: call.parameter), call)
            },
            reading("/users/by-name/:name" + suffix, in: directory) { call throws(MusterError) in
                try answer(try UserReference(escapedName: call.parameter), call)
            },
        ]
    }

    /// The same routes for both ways of naming a user in a path.
    static func userRoutes(
        _ method: HTTPRequest.Method,
        _ suffix: String,
        _ handler: @escaping Route.Handler
    ) -> [Route] {
        ["/users/:id", "/users/by-name/:name"].map { route(method, $0 + suffix, handler) }
    }

    @Sendable private func permissions(_ call: Call) async throws -> Response {
        _ = try call.principal
        return Response.json { json in
            json.object { json in
                json.name("permissions")
                json.array { json in
                    for resource in Resource.allCases {
                        json.object { json in
                            json.member("index", resource.rawValue)
                            json.member("name", resource.name)
                        }
                    }
                }
            }
        }
    }
}

extension UserReference {
    /// Reads a login name as one part of a path.
    ///
    /// - Throws: ``MusterError`` with code `input.malformed`.
    init(escapedName text: String) throws(MusterError) {
        self = .username(try PercentEncoding.decode(Array(text.utf8), plusIsSpace: false))
    }
}

extension Call {
    /// The user whom the path names: by number, or by login name as one part of the path.
    ///
    /// - Throws: ``MusterError`` with code `input.malformed`.
    func activeLogicUser() throws(MusterError) -> UserReference {
        guard let name = context.parameters.get("name") else {
            return UserReference(path: parameter("id"))
        }
        return try UserReference(escapedName: name)
    }
}
