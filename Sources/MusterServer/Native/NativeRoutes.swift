import HTTPTypes
import Hummingbird
import MusterAPI
import MusterCore
import WireJSON

/// The native API, under ``root``: what the command line needs, in one dialect.
///
/// | method | path | needs | answers |
/// |---|---|---|---|
/// | GET, POST | /users | reader, administrator | 200 list, 201 record |
/// | GET | /users/{ref} | reader or oneself | 200 account |
/// | PATCH, DELETE | /users/{ref} | administrator | 200 record, 204 |
/// | POST | /users/{ref}/unlock | administrator | 200 record |
/// | DELETE | /users/{ref}/keys | administrator or oneself | 204 |
/// | DELETE | /users/{ref}/sessions | administrator or oneself | 204 |
/// | GET | /sessions | anybody: its own; administrator: all | 200 list |
/// | DELETE | /sessions/{id} | administrator or oneself | 204 |
///
/// A reader has the Read of Users, an administrator its Write; who has the role Administrator is both.
struct NativeRoutes {
    /// Where the API lives.
    static let root = "/muster/v1"

    private let directory: Directory

    init(_ directory: Directory) {
        self.directory = directory
    }

    var routes: [Route] {
        NativeUserRoutes(directory).routes + NativeSessionRoutes(directory).routes
    }

    /// A route of the API, where callers administer by their masks or as Administrator.
    static func route(
        _ method: HTTPRequest.Method,
        _ path: String,
        isList: Bool = false,
        _ handler: @escaping Route.Handler
    ) -> Route {
        Route(method, root + path, of: .native, isList: isList, handler)
    }
}

extension Call {
    /// The user whom the path names.
    ///
    /// - Throws: ``MusterError`` with code `input.malformed`.
    func nativeUser() throws(MusterError) -> UserReference {
        let text = parameter("ref")
        return UserReference(
            native: try PercentEncoding.decode(Array(text.utf8), plusIsSpace: false)
        )
    }
}

/// A name behind `name:`, which says that what follows is one.
private enum NamePrefix {
    static func name(in text: String) -> String? {
        let prefix = "name:".utf8
        guard text.utf8.starts(with: prefix) else { return nil }
        return String(text.utf8.dropFirst(prefix.count)) ?? ""
    }
}

extension UserReference {
    /// Reads a number, a UUID or a login name; digits alone are a number, and behind `name:` all is a name.
    ///
    /// No login name has a colon.
    init(native text: String) {
        if let name = NamePrefix.name(in: text) {
            self = .username(name)
            return
        }
        let isNumber = text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        let reference = UserReference(path: text)
        switch reference {
        case .id where !isNumber: self = .username(text)
        default: self = reference
        }
    }
}

extension GroupReference {
    /// Reads a number, a UUID or a name, as for users; a name that begins with `name:` needs it twice.
    init(native text: String) {
        if let name = NamePrefix.name(in: text) {
            self = .name(name)
            return
        }
        let isNumber = text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        let reference = GroupReference(path: text)
        switch reference {
        case .id where !isNumber: self = .name(text)
        default: self = reference
        }
    }
}
