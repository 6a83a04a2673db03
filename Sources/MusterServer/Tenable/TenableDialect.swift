import MusterCore

extension Dialect {
    /// The Tenable dialect, at the root: roles decide, and login names need an approved domain.
    static let tenable = Dialect(
        root: "",
        permissionModel: .role,
        policy: DialectPolicy(requiresApprovedDomain: true, viewers: .administrators),
        answer: TenableErrors.answer
    ) { parts in
        let directory = parts.directory
        let lists: [[Route]] = [
            UserRoutes(directory).routes,
            CredentialRoutes(directory).routes,
            SessionRoutes(directory, cookies: parts.cookies).routes,
            GroupRoutes(directory).routes,
            RoleRoutes(directory).routes,
            AuditRoutes(directory).routes,
            ServerRoutes(directory, version: parts.version).routes,
        ]
        return lists.flatMap(\.self)
    }
}
