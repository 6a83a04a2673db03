import ClientTransport
import NIOHTTP1
import WireJSON

/// A change that depends on what a user has now, and is lost to nobody who changes the same at the same time.
struct RevisedChange {
    /// How often it is tried, where others change users all the time.
    private static let tries = 10

    let server: Server
    let user: UserArgument

    /// Changes where a user may come from.
    ///
    /// - Parameter revise: Makes the new hosts of the present ones; called again where they have changed.
    /// - Returns: The user as it is then.
    /// - Throws: ``CommandError``, what `revise` throws among it.
    func hosts(
        _ revise: ([String]) throws(CommandError) -> [String]
    ) async throws(CommandError) -> JSONObject {
        for _ in 0..<RevisedChange.tries {
            let revision = try await revision()
            let present = try await server.user(user)
            let hosts = HostsArgument(networks: try revise(present.textList("hosts")))
            let path = ServerPath("/muster/v1/users/{}", try server.userID(of: present))
            var request = server.request(.patch, path) { hosts.write(to: &$0) }
            if let revision { request.fields.add(name: "If-Match", value: revision) }
            let answer = try await server.answer(request)
            // 412: somebody has changed a user meanwhile, perhaps this one.
            if answer.status != 412 {
                return try server.user(
                    in: try await server.object(answer, missing: user.missing)
                )
            }
        }
        throw CommandError(
            .tryAgain,
            "Others change users all the time. Nothing was changed; try again later."
        )
    }

    /// The revision of all users, which only lists tell.
    private func revision() async throws(CommandError) -> String? {
        let path = ServerPath("/activelogic/v1/users").with([("limit", "1")])
        let answer = try await server.answer(.get, path)
        _ = try await server.object(answer)
        return answer.fields.first(name: "ETag")
    }
}
