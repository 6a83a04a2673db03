import HTTPTypes
import Hummingbird
import MusterCore
import MusterTesting
import Testing

@testable import MusterServer

/// A console with all that its forms are about, and an administrator who is signed in.
struct FormScene {
    let test: TestDirectory
    let browser: Browser
    let jane: User
    let team: Group
    let app: Factor

    init() async throws {
        test = try await TestDirectory(rules: .withPasskeys)
        let tools = ConsoleTools(
            readCSV: { (bytes, _) throws(MusterError) in .init(bytes) },
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

    /// Begins to set up an app; the number that its form has.
    func beginApp() async throws -> String {
        let text = try await browser.post("/account/security/app", ["label": "New"]).text()
        let range = try #require(text.firstRange(of: "name=\"id\" value=\""))
        return String(text[range.upperBound...].prefix { $0 != "\"" })
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
        if form["id"] != nil { form["id"] = try await beginApp() }
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
        var other = try await test.current(jane)
        // A wrong password is counted, as it has to be, and changes nothing else.
        other.logins = LoginRecord()
        let users = try await test.directory.store.read(.unbounded) { reader throws(MusterError) in
            try reader.userCount()
        }
        let done = try await test.auditEvents().filter { !$0.isFailure }.map(\.action.rawValue)
        return [
            "\(other)", "\(users)", own.username.text, own.name ?? "",
            own.displayEmail, "\(own.secondFactor)",
        ] + done
    }
}
