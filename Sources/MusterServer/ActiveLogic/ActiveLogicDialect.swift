import MusterCore

extension Dialect {
    /// The ActiveLogic dialect: the bits of the masks decide, and a login name may be any.
    static let activeLogic = Dialect(
        root: ActiveLogicRoutes.root,
        permissionModel: .masks,
        policy: DialectPolicy(requiresApprovedDomain: false, viewers: .readersAndOneself),
        answer: ActiveLogicErrors.answer
    ) { ActiveLogicRoutes($0.directory).routes }
}
