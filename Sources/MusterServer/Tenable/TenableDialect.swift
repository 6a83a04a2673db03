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
