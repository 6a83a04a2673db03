import MusterCore

extension Dialect {
    /// SCIM 2.0 (RFC 7643, RFC 7644): masks or the role Administrator decide, as in the native API.
    static let scim = Dialect(
        root: SCIMRoutes.root,
        moreRoots: [SCIMRoutes.root],
        permissionModel: .masks,
        policy: DialectPolicy(
            requiresApprovedDomain: false,
            viewers: .readersAndOneself,
            auditName: "scim"
        ),
        mediaType: SCIMRoutes.mediaType,
        takesKeysAsToken: true,
        allowsSlashAtEnd: true,
        answer: SCIMErrors.answer,
        routes: { SCIMRoutes($0).routes }
    )
}
