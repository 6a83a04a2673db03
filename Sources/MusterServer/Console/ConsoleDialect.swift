import MusterCore

extension Dialect {
    /// The console: pages for browsers, whose callers administer as in the native API.
    static let console = Dialect(
        root: "/console",
        moreRoots: ["/account", "/admin", "/sign-in", "/sign-out"],
        permissionModel: .masks,
        policy: DialectPolicy(requiresApprovedDomain: false, viewers: .readersAndOneself),
        mediaType: ConsoleResponse.htmlType,
        credentials: ConsoleCookie.credentials,
        impersonated: ConsoleCookie.impersonated,
        answer: ConsoleErrors.answer
    ) { parts in
        let door = ConsoleDoor(parts)
        let lists: [[Route]] = [
            EntranceRoutes(door).routes,
            SignInRoutes(door).routes,
            OwnAccountRoutes(door).routes,
            OwnSessionRoutes(door).routes,
            OwnFactorRoutes(door).routes,
            OwnKeyRoutes(door).routes,
            UserListRoutes(door).routes,
            OneUserRoutes(door).routes,
            UserActionRoutes(door).routes,
            GroupPageRoutes(door).routes,
            DirectoryPageRoutes(door).routes,
        ]
        return lists.flatMap(\.self)
    }
}
