import HTTPTypes
import Hummingbird
import MusterTesting
import StoreTesting
import Testing

@testable import MusterServer

@Suite("What is typed into the console's forms", .everyStore)
struct ConsoleFieldTests {
    @Test("every form is looked at here")
    func complete() async throws {
        let test = try await TestDirectory()
        let known = Set(FieldCase.all.map(\.route)).union(ConsoleForms.plain)
        #expect(Set(ConsoleForms.routes(test.directory)) == known.union(ConsoleForms.scripts))
    }

    @Test("and every field of every page's forms")
    func completeFields() async throws {
        let scene = try await FormScene()
        let pages = [
            "/account", "/account/password", "/account/security", "/account/security/app",
            "/account/keys", "/admin/users/new", scene.path("/admin/users/:id"), "/admin/groups",
            scene.path("/admin/groups/:id"), "/admin/import", "/admin/export", "/admin/users",
        ]
        let known = FieldCase.all.map { "\(scene.path($0.route)) \($0.field)" }
        var found: Set<String> = []
        for page in pages {
            let text = try await scene.browser.page(page)
            for (path, field) in ConsoleForms.typed(in: text) {
                #expect(known.contains("\(path) \(field)"), "\(page)")
                found.insert("\(path) \(field)")
            }
        }
        #expect(found.count > 20)
    }

    @Test(
        "what is empty, too long or markup is kept, told beside its field and changes nothing, or may be so",
        arguments: FieldCase.all
    )
    func fields(_ one: FieldCase) async throws {
        for (value, outcome) in zip(BadValue.allCases, one.outcomes) {
            let scene = try await FormScene()
            let (sender, form) = try await scene.fill(one, value)
            let before = try await scene.state()
            let token: String? = one.route.hasPrefix("/sign-in") ? "" : nil
            let answer = try await sender.post(scene.path(one.route), form, token: token)
            let text = try await answer.text()
            guard outcome != .taken else {
                #expect([.ok, .seeOther].contains(answer.status), "\(value)")
                #expect(!text.contains("aria-invalid"), "\(value)")
                continue
            }
            #expect(answer.status == one.status, "\(value)")
            #expect(try await scene.state() == before, "\(value)")
            let marks = text.ranges(of: "aria-invalid=\"true\"").count
            switch outcome {
            case .refused:
                #expect(text.contains("id=\"e-\(one.mark ?? one.field)\""), "\(value)")
                #expect(marks == 1, "\(value)")
            case .told: #expect(text.contains("<div class=\"note bad\"") && marks == 0, "\(value)")
            case .asked, .taken:
                let asks = "name=\"password\" type=\"password\""
                #expect(text.contains(asks) && marks == 0, "\(value)")
            }
            guard value != .nothing else { continue }
            let isKept = ["value=\"\(value.inPage)\"", ">\n\(value.inPage)</textarea>"].contains {
                text.contains($0)
            }
            #expect(isKept != one.isSecret, "\(value)")
            #expect(!text.contains("<script>"), "\(value)")
        }
    }
}
