import MusterCore

/// The Tenable dialect, under ``root``: every path that is no other dialect's.
struct TenableRoutes {
    /// Where the dialect lives.
    static let root = ""

    private let parts: ServerParts

    init(_ parts: ServerParts) {
        self.parts = parts
    }

    var routes: [Route] {
        let directory = parts.directory
        let lists: [[Route]] = [
            TenableUserRoutes(directory).routes,
            TenableCredentialRoutes(directory).routes,
            TenableSessionRoutes(directory, cookies: parts.cookies).routes,
            TenableGroupRoutes(directory).routes,
            TenableRoleRoutes(directory).routes,
            TenableAuditRoutes(directory).routes,
            TenableServerRoutes(directory, version: parts.version).routes,
        ]
        return lists.flatMap(\.self)
    }
}
