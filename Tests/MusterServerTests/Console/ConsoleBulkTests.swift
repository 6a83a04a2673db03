import HTTPTypes
import Hummingbird
import MusterCore
import MusterTesting
import StoreTesting
import Testing

@testable import MusterServer

@Suite("Many users at once, and the filters by which they are found", .everyStore)
struct ConsoleBulkTests {
    private let test: TestDirectory
    private let browser: Browser

    init() async throws {
        test = try await TestDirectory()
        browser = Browser(test)
    }

    private func bulk(
        _ action: String,
        _ user: User,
        _ more: [String: String] = [:]
    ) async throws -> Response {
        var form = ["action": action, "user": "\(user.id.rawValue)", "confirmed": "yes"]
        form.merge(more) { $1 }
        return try await browser.post("/admin/users/bulk", form)
    }

    @Test("ways in are closed and opened for many, and no others")
    func ways() async throws {
        let user = try await test.makeUser("jane@example.com")
        _ = try await browser.signIn(TestDirectory.administratorName)
        #expect(try await bulk("close-ways", user, ["way": "api"]).status == .ok)
        var now = try await test.current(user).authorizations
        #expect(!now.api && now.password && now.saml)
        #expect(try await bulk("close-ways", user, ["way": "saml"]).status == .ok)
        #expect(try await bulk("open-ways", user, ["way": "api"]).status == .ok)
        now = try await test.current(user).authorizations
        #expect(now.api && now.password && !now.saml)
        let list = try await browser.page("/admin/users?cols=yes&col=ways")
        #expect(list.contains("Password, API keys<"))
    }

    @Test("without a way or a group nothing is done, and it is asked for again with the names")
    func nothingChosen() async throws {
        let user = try await test.makeUser("jane@example.com")
        _ = try await browser.signIn(TestDirectory.administratorName)
        let asked = try await bulk("close-ways", user)
        #expect(asked.status == .unprocessableContent)
        let text = try await asked.text()
        #expect(text.contains("Choose at least one way in.") && text.contains("jane@example.com"))
        #expect(try await test.current(user).authorizations.api)
        let empty = try await bulk("add-to-group", user)
        #expect(empty.status == .unprocessableContent)
        #expect(try await empty.text().contains("There is no group yet. Make one under Groups."))
    }

    @Test("every action tells what came of each, and one that fails keeps no other back")
    func everyAction() async throws {
        let user = try await test.makeUser("jane@example.com")
        let group = try await test.groups.create(by: test.asAdministrator) {
            () throws(MusterError) in
            try GroupDraft(name: "Some", isManagedBySAML: nil)
        }
        _ = try await test.logIn("jane@example.com")
        _ = try await browser.signIn(TestDirectory.administratorName)
        let number = ["group": "\(group.id.rawValue)"]
        #expect(try await bulk("add-to-group", user, number).text().contains("1 done, 0 not done."))
        #expect(try await test.current(user).groups == [group.uuid])
        _ = try await bulk("remove-from-group", user, number)
        #expect(try await test.current(user).groups.isEmpty)
        _ = try await bulk("require-factor", user)
        #expect(try await test.current(user).authorizations.requiresSecondFactorEnrolment)
        _ = try await bulk("end-sessions", user)
        let left = try await test.sessions.list(by: test.asAdministrator) {
            (user: .id(user.id), limit: 10)
        }
        #expect(left.sessions.isEmpty)
        _ = try await bulk("unlock", user)
        _ = try await bulk("delete", user)
        let gone = try await bulk("enable", user).text()
        #expect(gone.contains("0 done, 1 not done.") && gone.contains("not done</span>"))
    }

    @Test("one session of a user is ended on its page, and the others stay")
    func sessions() async throws {
        let user = try await test.makeUser("jane@example.com")
        let left = try await test.logIn("jane@example.com")
        _ = try await test.logIn("jane@example.com")
        _ = try await browser.signIn(TestDirectory.administratorName)
        let path = "/admin/users/\(user.id.rawValue)"
        let page = try await browser.page(path)
        #expect(page.contains("\(path)/sessions/end-one") && page.contains(">192.0.2.1</td>"))
        let list = try await test.sessions.list(by: test.asAdministrator) {
            (user: .id(user.id), limit: 10)
        }
        let mine = try await test.enter(left).sessionDigest
        let other = try #require(
            list.sessions.first { !(mine?.matches($0.session.digest) ?? true) }
        )
        let form = ["session": SessionID(other.session.digest).text]
        #expect(try await browser.post("\(path)/sessions/end-one", form).status == .seeOther)
        let rest = try await test.sessions.list(by: test.asAdministrator) {
            (user: .id(user.id), limit: 10)
        }
        #expect(rest.sessions.count == 1)
        #expect(try await test.enter(left).user.id == user.id)
    }

    @Test("an event's link finds it again, however many have followed")
    func eventLink() async throws {
        _ = try await test.makeUser("jane@example.com")
        test.clock.advance(by: .seconds(1))
        _ = try await browser.signIn(TestDirectory.administratorName)
        let log = try await browser.page("/admin/audit?action=user.create")
        let link = "/admin/audit?from=2026%2D01%2D01T00%3A00%3A00"
        #expect(log.contains("<a href=\"\(link)"))
        let moment = "2026-01-01T00:00:00Z"
        let page = try await browser.page("/admin/audit?from=\(moment)&until=\(moment)")
        #expect(page.contains("mono\">user.<wbr>create<") && !page.contains("mono\">session.<"))
    }

    @Test("filters have to hold together, and a wrong one is said")
    func filters() async throws {
        _ = try await test.makeUser("unused@example.com")
        let off = try await test.makeUser("off@example.com")
        _ = try await test.users.edit(.user(.id(off.id)), by: test.asAdministrator) {
            var changes = UserChanges()
            changes.isEnabled = false
            changes.expiry = .at(test.clock.now().advanced(by: .days(20)))
            return changes
        }
        test.clock.advance(by: .days(40))
        _ = try await browser.signIn(TestDirectory.administratorName)
        let unused = try await browser.page("/admin/users?unused=30")
        #expect(unused.contains("unused@example.com") && unused.contains("off@example.com"))
        let both = try await browser.page("/admin/users?unused=30&state=enabled&factor=none")
        #expect(both.contains("unused@example.com") && !both.contains(">off@example.com"))
        #expect(!(try await browser.page("/admin/users?unused=90")).contains(">off@example.com"))
        let expired = try await browser.page("/admin/users?expires=now")
        #expect(expired.contains("off@example.com") && !expired.contains(">unused@example.com"))
        for query in ["state=odd", "unused=x", "keys=-1", "expires=soon", "factor=odd", "group=x"] {
            let answer = try await browser.get("/admin/users?\(query)")
            #expect(answer.status == .badRequest, "\(query)")
        }
        #expect(try await browser.get("/admin/users?group=99").status == .notFound)
    }
}
