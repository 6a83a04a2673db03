import HTTPTypes
import Hummingbird
import MusterCore
import MusterTesting
import Testing

@testable import MusterServer

/// A console with all that its forms are about, and an administrator who is signed in.
private struct FormScene {
    let test: TestDirectory
    let browser: Browser
    private let jane: User
    private let team: Group
    private let app: Factor

    init() async throws {
        test = try await TestDirectory(rules: .withPasskeys)
        let tools = ConsoleTools(
            readCSV: { bytes throws(MusterError) in .init(bytes) },
            csvLine: { $0.joined(separator: ",") },
            backup: { () async throws(MusterError) in
                ConsoleTools.Backup(size: 0) { () throws(MusterError) in [] }
            }
        )
        browser = Browser(test, tools: tools)
        jane = try await test.makeUser("jane@example.com")
        team = try await test.groups.create(by: test.asAdministrator) { () throws(MusterError) in
            try GroupDraft(name: "Team", isManagedBySAML: nil)
        }
        _ = try await browser.signIn(TestDirectory.administratorName)
        let (owner, now) = (test.administrator, test.clock.now())
        app = try await test.directory.store.write { transaction throws(MusterError) in
            let secret = TimeCodeSecret(key: Secret([UInt8](repeating: 1, count: 20)))
            return try transaction.insertFactor(
                .timeCode(secret),
                of: owner.id,
                label: "Phone",
                at: now
            )
        }
    }

    /// Where a form is sent to.
    func path(_ route: String) -> String {
        let id =
            switch route {
            case let route where route.hasPrefix("/admin/groups"): team.id.rawValue
            case let route where route.hasPrefix("/account"): app.id.rawValue
            default: jane.id.rawValue
            }
        return route.replacing(":id", with: "\(id)")
    }

    /// What a form is filled in with, and a browser that may send it.
    func fill(
        _ one: FieldCase,
        _ value: BadValue
    ) async throws -> (sender: Browser, form: [String: String]) {
        var form = one.form.merging([one.field: value.text]) { $1 }
        if form["revision"] != nil {
            form["revision"] = "\(try await test.current(jane).changedAt.rawValue)"
        }
        if form["id"] != nil {
            let text = try await browser.post("/account/security/app", ["label": "New"]).text()
            let range = try #require(text.firstRange(of: "name=\"id\" value=\""))
            form["id"] = String(text[range.upperBound...].prefix { $0 != "\"" })
        }
        if one.isOld { test.clock.advance(by: .seconds(301)) }
        guard one.route.hasPrefix("/sign-in") else { return (browser, form) }
        let stranger = Browser(test)
        if one.route == "/sign-in/factor" {
            let begun = try await stranger.signIn(TestDirectory.administratorName)
            #expect(begun.headers[.location] == "/sign-in/factor")
        }
        return (stranger, form)
    }

    /// All that a form could have changed.
    func state() async throws -> [String] {
        let own = try await test.current(test.administrator)
        let users = try await test.directory.store.read(.unbounded) { reader throws(MusterError) in
            try reader.userCount()
        }
        let done = try await test.auditEvents().filter { !$0.isFailure }.map(\.action.rawValue)
        return [
            "\(try await test.current(jane))", "\(users)", own.username.text, own.name ?? "",
            own.displayEmail, "\(own.secondFactor)",
        ] + done
    }
}

@Suite("What is typed into the console's forms")
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
