import MusterConsole
import MusterCore

extension Dialect {
    /// The console: pages for browsers, whose callers administer as in the native API.
    static let console = makeConsole(in: .english)

    /// The console in the language of a catalogue.
    static func makeConsole(in texts: Texts) -> Dialect {
        Dialect(
            root: "/console",
            moreRoots: ["/account", "/admin", "/sign-in", "/sign-out"],
            permissionModel: .masks,
            policy: DialectPolicy(requiresApprovedDomain: false, viewers: .readersAndOneself),
            mediaType: ConsoleResponse.htmlType,
            credentials: ConsoleCookie.credentials,
            impersonated: ConsoleCookie.impersonated,
            provesActing: true,
            answer: { ConsoleErrors.answer(to: $0, in: texts) },
            routes: { consoleRoutes(ConsoleFront($0, texts)) }
        )
    }

    private static func consoleRoutes(_ front: ConsoleFront) -> [Route] {
        let lists: [[Route]] = [
            EntranceRoutes(front).routes,
            SignInRoutes(front).routes,
            OwnAccountRoutes(front).routes,
            OwnSessionRoutes(front).routes,
            OwnFactorRoutes(front).routes,
            ConfirmRoutes(front).routes,
            OwnKeyRoutes(front).routes,
            UserListRoutes(front).routes,
            BulkRoutes(front).routes,
            OneUserRoutes(front).routes,
            UserActionRoutes(front).routes,
            GroupPageRoutes(front).routes,
            ImportPageRoutes(front).routes,
            ExportPageRoutes(front).routes,
            OverviewRoutes(front).routes,
            DirectoryPageRoutes(front).routes,
        ]
        return lists.flatMap(\.self)
    }
}
