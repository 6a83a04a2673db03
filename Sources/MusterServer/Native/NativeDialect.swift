import MusterCore

extension Dialect {
    /// The native API: masks or the role Administrator decide, and errors carry their stable codes.
    static let native = Dialect(
        root: NativeRoutes.root,
        permissionModel: .masks,
        policy: DialectPolicy(requiresApprovedDomain: false, viewers: .readersAndOneself),
        answer: NativeErrors.answer
    ) { NativeRoutes($0).routes + NativeImportRoutes($0.directory).routes }
}
