import HTTPTypes
import Hummingbird
import MusterCore
import MusterTesting
import StoreTesting
import Testing

@testable import MusterServer

@Suite("Forms of the console about what is gone meanwhile", .everyStore)
struct ConsoleStaleTests {
    private let scene: FormScene
    private var browser: Browser { scene.browser }

    init() async throws {
        scene = try await FormScene()
    }

    /// Sends a form, which is refused in words and changes nothing.
    private func expectRefused(
        _ route: String,
        _ form: [String: String] = [:]
    ) async throws {
        let before = try await scene.state()
        let answer = try await browser.post(scene.path(route), form)
        let text = try await answer.text()
        #expect(answer.status == .notFound, "\(route)")
        #expect(text.contains("role=\"alert\">"), "\(route)")
        #expect(try await scene.state() == before, "\(route)")
    }

    @Test("a user who was deleted is told to be gone by every form about one")
    func user() async throws {
        let other = try await scene.test.makeUser("other@example.com")
        try await scene.test.users.delete(.id(other.id), by: scene.test.asAdministrator) {
            () throws(MusterError) in nil
        }
        let routes = ConsoleForms.routes(scene.test.directory).filter {
            $0.hasPrefix("/admin/users/:id")
        }
        let form = [
            "username": "other@example.com", "permissions": "16", "timeout": "0", "revision": "1",
            "password": "Correct-Horse-8", "typed": "other@example.com", "session": "0",
            "group": "\(scene.team.id.rawValue)", "fingerprint": "SHA256:0",
            "key":
                "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f",
        ]
        for route in routes {
            let path = route.replacing(":id", with: "\(other.id.rawValue)")
            try await expectRefused(path, form)
        }
        let bulk = ["action": "disable", "confirmed": "yes", "user": "\(other.id.rawValue)"]
        #expect(try await browser.post("/admin/users/bulk", bulk).text().contains("not done"))
    }

    @Test("so is a group")
    func group() async throws {
        let id = scene.team.id
        try await scene.test.groups.delete(.id(id), by: scene.test.asAdministrator)
        for route in ConsoleForms.routes(scene.test.directory) where route.contains("groups/:id") {
            try await expectRefused(route, ["name": "New", "user": "jane@example.com"])
        }
        for verb in ["add", "remove"] {
            try await expectRefused("/admin/users/:id/groups/\(verb)", ["group": "\(id.rawValue)"])
        }
    }

    @Test("so are a session, a key, a factor, an app that waited too long and an import")
    func others() async throws {
        let session = ["session": String(repeating: "0", count: 16)]
        for route in ["/account/sessions/end", "/admin/sessions/end"] {
            try await expectRefused(route, session)
        }
        let key = ["fingerprint": "SHA256:" + String(repeating: "A", count: 43)]
        try await expectRefused("/account/keys/ssh/remove", key)
        for verb in ["start", "discard"] {
            try await expectRefused("/admin/import/0123456789abcdef/\(verb)")
        }
        let id = try await scene.beginApp()
        scene.test.clock.advance(by: .seconds(600))
        let form = ["id": id, "secret": "A", "uri": "otpauth://totp/x", "code": "123456"]
        try await expectRefused("/account/security/app/confirm", form)
        let remove = ["password": "Correct-Horse-7"]
        let removed = try await browser.post(
            scene.path("/account/security/factors/:id"),
            remove
        )
        #expect(removed.status == .seeOther)
        try await expectRefused("/account/security/factors/:id", remove)
    }

    @Test("a second step that took too long begins again")
    func secondStep() async throws {
        let stranger = Browser(scene.test)
        _ = try await stranger.signIn(TestDirectory.administratorName)
        scene.test.clock.advance(by: .seconds(301))
        for path in ["/sign-in/factor", "/sign-in/send"] {
            let form = ["code": "123456", "channel": "email"]
            let answer = try await stranger.post(path, form, token: "")
            #expect(answer.status == .seeOther)
            #expect(answer.headers[.location] == "/sign-in?done=expired")
        }
    }
}
