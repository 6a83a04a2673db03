import HTTPTypes
import Hummingbird
import MusterCore
import MusterTesting
import StoreTesting
import Testing

@testable import MusterServer

@Suite("Going on in the console after a sign-in, back and reload", .everyStore)
struct ConsoleReturnTests {
    private let test: TestDirectory
    private let browser: Browser

    init() async throws {
        test = try await TestDirectory()
        browser = Browser(test)
    }

    /// The value of a hidden field of a page.
    private func field(_ name: String, in text: String) throws -> String {
        let mark = "name=\"\(name)\" value=\""
        let start = try #require(text.firstRange(of: mark)).upperBound
        return String(text[start...].prefix { $0 != "\"" })
            .replacing("&amp;", with: "&").replacing("&#39;", with: "'")
    }

    @Test("a list keeps its filters through the sign-in")
    func filters() async throws {
        let list = "/admin/users?q=jane&state=locked"
        let led = try await browser.get(list + "&done=saved").headers[.location]
        #expect(led == "/sign-in?next=%2Fadmin%2Fusers%3Fq%3Djane%26state%3Dlocked")
        let form = try await browser.page(led ?? "")
        let next = try field("next", in: form)
        #expect(next == list)
        let values = [
            "username": "admin@example.com", "password": "Correct-Horse-7", "next": next,
        ]
        let answer = try await browser.post("/sign-in", values, token: "")
        #expect(answer.headers[.location] == list)
    }

    @Test("a form whose session has ended is kept, without its password, and sent after signing in")
    func kept() async throws {
        let form = ["name": "O'Kept & <b>", "email": "", "current_password": "Not-To-Be-Kept-1"]
        let asked = try await browser.post("/account", form, token: "0")
        #expect(asked.status == .forbidden)
        let text = try await asked.text()
        #expect(!text.contains("Not-To-Be-Kept-1"))
        var values = ["username": "admin@example.com", "password": "Correct-Horse-7"]
        values["kept"] = try field("kept", in: text)
        values["kept_path"] = try field("kept_path", in: text)
        let wrong = values.merging(["password": "no"]) { $1 }
        let again = try await browser.post("/sign-in", wrong, token: "").text()
        #expect(try field("kept", in: again) == values["kept"])
        let shown = try await browser.post("/sign-in", values, token: "")
        #expect(shown.status == .ok)
        let page = try await shown.text()
        #expect(page.contains("O&#39;Kept &amp; &lt;b&gt;") && page.contains("action=\"/account\""))
        #expect(page.contains("name=\"current_password\" type=\"password\""))
        #expect(try await test.current(test.administrator).name == nil)
        let token = try field("token", in: page)
        let sent = ["name": "Kept", "email": "", "current_password": "Correct-Horse-7"]
        #expect(try await browser.post("/account", sent, token: token).status == .seeOther)
        #expect(try await test.current(test.administrator).name == "Kept")
    }

    @Test(
        "a link brings no form along: whoever signs in by it is shown none that somebody else has filled in"
    )
    func linked() async throws {
        let form = "kept_path=%2Fadmin%2Fusers%2Fnew&kept=username%3Devil%26permissions%3D64"
        let page = try await browser.page("/sign-in?\(form)")
        #expect(!page.contains("kept") && !page.contains("evil"))
        let answer = try await browser.post(
            "/sign-in?\(form)",
            ["username": "admin@example.com", "password": "Correct-Horse-7"],
            token: ""
        )
        #expect(answer.headers[.location] == "/")
    }

    @Test("nothing is kept that would lead somewhere else")
    func foreign() async throws {
        for path in ["https://evil.example", "//evil.example", "/users", "/sign-out"] {
            let values = [
                "username": "admin@example.com", "password": "Correct-Horse-7",
                "kept_path": path, "kept": "name=x",
            ]
            let answer = try await browser.post("/sign-in", values, token: "")
            #expect(answer.headers[.location] == "/")
        }
    }

    @Test(
        "a form that comes again from the same page is led where the first was, and changes nothing"
    )
    func again() async throws {
        _ = try await browser.signIn(TestDirectory.administratorName)
        let form = ["name": "Twice", "once": "page-1"]
        let first = try await browser.post("/admin/groups", form)
        let second = try await browser.post("/admin/groups", form)
        #expect(first.status == .seeOther && second.status == .seeOther)
        #expect(second.headers[.location] == first.headers[.location])
        let fresh = ["name": "Twice", "once": "page-2"]
        #expect(try await browser.post("/admin/groups", fresh).status == .conflict)
        // What was refused may come again.
        #expect(try await browser.post("/admin/groups", fresh).text().contains("Twice"))
    }

    @Test("a reload makes no second pair of API keys")
    func secrets() async throws {
        _ = try await browser.signIn(TestDirectory.administratorName)
        let form = ["once": "page-1"]
        let first = try await browser.post("/account/keys/api", form)
        #expect(try await first.text().contains("id=\"secret\""))
        let second = try await browser.post("/account/keys/api", form)
        #expect(second.status == .conflict)
        #expect(!(try await second.text()).contains("id=\"secret\""))
    }
}
