import MusterCore

extension Dialect {
    /// The Tenable dialect, at the root: roles decide, and login names need an approved domain.
    static let tenable = Dialect(
        root: TenableRoutes.root,
        permissionModel: .role,
        policy: DialectPolicy(requiresApprovedDomain: true, viewers: .administrators),
        answer: TenableErrors.answer
    ) { TenableRoutes($0).routes }
}
