import HTTPTypes
import MusterCore
import MusterTesting

@testable import MusterServer

/// The console's forms, by where they are sent to.
enum ConsoleForms {
    private static let roots = ["/account", "/admin", "/console", "/sign-in", "/sign-out"]

    /// What the script sends, which is no form.
    static let scripts: Set<String> = [
        "/sign-in/passkey/options", "/sign-in/passkey", "/sign-in/factor/options",
        "/sign-in/factor/passkey", "/account/confirm/options", "/account/confirm/passkey",
        "/account/security/passkeys/options", "/admin/import/file",
    ]

    /// Those in which nothing is typed: buttons, boxes and choices.
    static let plain: Set<String> = [
        "/sign-in/send", "/sign-in/resume", "/sign-out", "/account/sessions/end",
        "/account/sessions/end-all", "/account/keys/ssh/remove", "/account/keys/api/revoke",
        "/account/security/recovery/file", "/admin/users/bulk", "/admin/users/:id/unlock",
        "/admin/users/:id/factors/reset", "/admin/users/:id/sessions/end",
        "/admin/users/:id/sessions/end-one", "/admin/users/:id/api-keys",
        "/admin/users/:id/api-keys/revoke", "/admin/users/:id/ssh-keys/remove",
        "/admin/users/:id/groups/add", "/admin/users/:id/groups/remove", "/admin/users/:id/act",
        "/admin/impersonation/end", "/admin/groups/:id/delete", "/admin/sessions/end",
        "/admin/import/:id/start", "/admin/import/:id/discard",
    ]

    /// All of them, and what the script sends, as the server has them.
    static func routes(_ directory: Directory) -> [String] {
        MusterApplication.routes(
            directory,
            ServerConfiguration(host: "localhost", port: 0, version: "1"),
            PeerAddress(trustedProxies: AllowedNetworks()),
            [.console]
        )
        .filter { route in
            route.method == .post && roots.contains { route.path.hasPrefix($0) }
        }
        .map(\.path)
    }

    /// Where the forms of a page are sent to, each with the fields in which something is typed.
    static func typed(in page: String) -> [(path: String, field: String)] {
        let forms = page.split(separator: "<form method=\"post\" action=\"").dropFirst()
        return forms.flatMap { rest -> [(path: String, field: String)] in
            let form = rest[..<(rest.firstRange(of: "</form>")?.lowerBound ?? rest.endIndex)]
            let path = String(form.prefix { $0 != "\"" })
            return form.split(separator: "<").compactMap { tag -> (path: String, field: String)? in
                let unseen = ["type=\"hidden\"", "type=\"checkbox\"", "type=\"file\"", " hidden>"]
                guard tag.hasPrefix("input ") || tag.hasPrefix("textarea "),
                    !unseen.contains(where: { tag.contains($0) }),
                    let name = tag.firstRange(of: " name=\"")
                else { return nil }
                return (path, String(tag[name.upperBound...].prefix { $0 != "\"" }))
            }
        }
    }
}

/// What somebody types who means no good, or nothing at all.
enum BadValue: CaseIterable, Sendable {
    case nothing, long, markup

    var text: String {
        switch self {
        case .nothing: ""
        case .long: String(repeating: "x", count: 10_000)
        case .markup: "\"><script>alert(1)</script><b title='&amp;"
        }
    }

    /// As it stands in a page.
    var inPage: String {
        guard self == .markup else { return text }
        return "&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;b title=&#39;&amp;amp;"
    }
}
