import HTTPTypes
import Hummingbird
import MusterCore
import TextBytes

/// The start: browsers are led to their pages; programs hear that there is nothing, as without the console.
struct EntranceRoutes {
    private let front: ConsoleFront

    init(_ front: ConsoleFront) {
        self.front = front
    }

    var routes: [Route] {
        ConsoleAssets.shared.routes + [
            Route(.get, "/", of: .console, admitsStrangers: true, isHidden: true) { call in
                guard EntranceRoutes.isBrowser(call.request.headers) else {
                    throw MusterError(.requestNotFound, "Not Found")
                }
                guard let principal = call.authenticated else {
                    return ConsoleResponse.seeOther("/sign-in")
                }
                return ConsoleResponse.seeOther(principal.isAdministrator ? "/admin" : "/account")
            }
        ]
    }

    /// Whether somebody asks for a page: browsers name HTML first.
    private static func isBrowser(_ fields: HTTPFields) -> Bool {
        let types = fields[.accept]?.utf8.split(separator: UInt8(ascii: ",")).first
        return types?.trimmingBlanks.isEqual(to: "text/html") ?? false
    }
}
