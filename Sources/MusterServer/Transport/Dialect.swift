import HTTPTypes
import MusterCore

/// One API of the directory, as a value: where it lives, by which rights its callers administer, what it holds them to,
/// how it says what went wrong and in which media type it speaks.
///
/// A dialect is a folder with such a value, and a line in ``all``.
struct Dialect: Sendable {
    /// Where its paths begin, without a slash at the end; empty for the dialect at the root.
    let root: String
    /// Where others of its paths begin; these are paths of its own, too.
    var moreRoots: [String] = []
    /// By which of its rights a caller administers.
    let permissionModel: Principal.PermissionModel
    /// What callers are held to beside their rights.
    let policy: DialectPolicy
    /// The media type of its answers that are JSON.
    var mediaType = Answer.jsonType
    /// Whether callers may say who they are by both halves of a pair of API keys in one token, and by `Basic`.
    var takesKeysAsToken = false
    /// How callers say who they are where it is not by what ``CredentialsHeader`` reads; nil where it is.
    var credentials: (@Sendable (HTTPFields) throws(MusterError) -> Credentials?)?
    /// How callers say in whose name they act; nil for themselves.
    var impersonated:
        @Sendable (HTTPFields, Principal, any Digester) throws(MusterError) -> String? = {
            fields,
            _,
            _ throws(MusterError) in
            try CredentialsHeader.impersonated(fields)
        }
    /// Whether whoever acts in another's name has proved for it who it is before its callers can say so.
    var provesActing = false
    /// Whether a path with a slash at its end names the same as without.
    var allowsSlashAtEnd = false
    /// The one place where the directory's errors become its answers.
    let answer: @Sendable (MusterError) -> Answer
    /// Its routes.
    let routes: @Sendable (ServerParts) -> [Route]

    /// Every dialect that is spoken.
    ///
    /// The one at the root has each path that is no other's.
    static let all: [Dialect] = [.tenable, .activeLogic, .native, .scim]

    /// Who a request says that its caller is; nil if it says nothing.
    ///
    /// - Throws: ``MusterError`` with code `credentials.invalid` where that cannot be read.
    func credentials(of fields: HTTPFields) throws(MusterError) -> Credentials? {
        guard let credentials else {
            return try CredentialsHeader.read(fields, keysAsToken: takesKeysAsToken)
        }
        return try credentials(fields)
    }

    /// Whether a path is the dialect's.
    func owns(_ path: String) -> Bool {
        let bytes = path.utf8
        return root.isEmpty || lies(bytes, under: root)
            || moreRoots.contains { bytes.elementsEqual($0.utf8) || lies(bytes, under: $0) }
    }

    private func lies(_ path: String.UTF8View, under root: String) -> Bool {
        path.count > root.utf8.count && path.starts(with: root.utf8)
            && path.dropFirst(root.utf8.count).first == UInt8(ascii: "/")
    }
}

extension [Dialect] {
    /// The dialect that a path belongs to, by the longest root; the Tenable one where no other owns it.
    func owner(of path: String) -> Dialect {
        filter { $0.owns(path) }.max { $0.root.utf8.count < $1.root.utf8.count } ?? .tenable
    }
}

/// What the routes of a dialect are made from.
struct ServerParts: Sendable {
    /// What is served.
    let directory: Directory
    /// The program's version.
    let version: String
    /// How clients get the cookie of their session.
    let cookies: SessionCookie
    /// The most bytes of a caller's body.
    let bodyBytes: Int
    /// What SCIM shows, and to whom.
    var scim = SCIMSettings()
    /// How RADIUS servers are answered; nil if they are not.
    var radius: RadiusSettings?
    /// What the console has from the program; nil if it does without.
    var consoleTools: ConsoleTools?
}
