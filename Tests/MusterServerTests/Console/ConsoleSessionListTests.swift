import HTTPTypes
import Hummingbird
import MusterCore
import MusterTesting
import StoreTesting
import Testing

@testable import MusterServer

@Suite("Everybody's sessions, page by page, and recovery codes as a file", .everyStore)
struct ConsoleSessionListTests {
    private let test: TestDirectory
    private let browser: Browser

    init() async throws {
        test = try await TestDirectory()
        browser = Browser(test)
    }

    private func names(_ page: String) -> [String] {
        page.split(separator: "name=\"session\" value=\"").dropFirst().map { String($0.prefix(16)) }
    }

    private func next(_ page: String) -> String? {
        guard let range = page.firstRange(of: "href=\"/admin/sessions?after=") else { return nil }
        return "/admin/sessions?after=" + page[range.upperBound...].prefix { $0 != "\"" }
    }

    @Test("every session stands on exactly one page, also where many began at one moment")
    func pages() async throws {
        let jane = try await test.makeUser("jane@example.com")
        var all: Set<String> = []
        for number in 0..<250 {
            if number % 60 == 0 { test.clock.advance(by: .seconds(1)) }
            let digest = try #require(try await test.asUser(jane).sessionDigest)
            all.insert(SessionID(digest).text)
        }
        test.clock.advance(by: .seconds(1))
        _ = try await browser.signIn(TestDirectory.administratorName)
        let first = try await browser.page("/admin/sessions")
        #expect(first.contains("100 / 251 shown"))
        let second = try await browser.page(try #require(next(first)))
        #expect(second.contains("100 shown") && second.contains("Newest sessions"))
        let third = try await browser.page(try #require(next(second)))
        #expect(next(third) == nil && third.contains("That was all."))
        let seen = names(first) + names(second) + names(third)
        #expect(seen.count == 250 && Set(seen) == all)
    }

    @Test("whoever ends a session stays on its page, and a wrong place is told")
    func places() async throws {
        let jane = try await test.makeUser("jane@example.com")
        let digest = try #require(try await test.asUser(jane).sessionDigest)
        test.clock.advance(by: .seconds(1))
        _ = try await browser.signIn(TestDirectory.administratorName)
        let later = test.clock.now().rawValue
        let after = "\(later)-0000000000000000"
        let shown = try await browser.page("/admin/sessions?after=\(after)")
        #expect(shown.contains("name=\"after\" value=\"\(after)\""))
        let form = ["session": SessionID(digest).text, "after": after]
        let ended = try await browser.post("/admin/sessions/end", form)
        let place = "/admin/sessions?after=\(after)&done=session-ended"
        #expect(ended.headers[.location] == place)
        for wrong in ["x", "1", "1-", "-", "1-zz", "1-0000000000000000-1", "9-0000000000000000x"] {
            let answer = try await browser.get("/admin/sessions?after=\(wrong)")
            #expect(answer.status == .badRequest, "\(wrong)")
            let text = try await answer.text()
            #expect(text.contains("has to be where a page of sessions has ended, not"))
        }
    }

    @Test("one's own session is ended from its list, and all of them at once")
    func own() async throws {
        _ = try await test.makeUser("jane@example.com")
        let other = Browser(test)
        _ = try await other.signIn("jane@example.com")
        _ = try await browser.signIn("jane@example.com")
        // The one in use has no button of its own.
        let ids = names(try await browser.page("/account/sessions"))
        #expect(ids.count == 1)
        let form = ["session": try #require(ids.first)]
        let ended = try await browser.post("/account/sessions/end", form)
        #expect(ended.headers[.location] == "/account/sessions?done=session-ended")
        #expect(try await other.get("/account").status == .seeOther)
        #expect(try await browser.get("/account").status == .ok)
        let all = try await browser.post("/account/sessions/end-all", [:])
        #expect(all.headers[.location] == "/sign-in?done=sessions-ended")
        #expect(try await browser.get("/account").status == .seeOther)
    }

    @Test("recovery codes are saved as a text file that nothing keeps")
    func codes() async throws {
        _ = try await browser.signIn(TestDirectory.administratorName)
        let codes = ["ABCDEF-GHJKLM-NPQRST-UVWXYZ", "234567-89ABCD-EFGHJK-LMNPQR"]
        let path = "/account/security/recovery/file"
        for _ in 0..<2 {
            let answer = try await browser.post(path, ["codes": codes.joined(separator: " ")])
            #expect(answer.status == .ok)
            #expect(answer.headers[.cacheControl] == "no-store")
            #expect(answer.headers[.contentType] == "text/plain; charset=utf-8")
            let name = "attachment; filename=\"muster-recovery-codes-2026-01-01.txt\""
            #expect(answer.headers[.contentDisposition] == name)
            let lines = try await answer.text().split(separator: "\r\n").map(String.init)
            #expect(lines.first == "Recovery codes of admin@example.com, Muster, 2026-01-01")
            #expect(Array(lines.suffix(2)) == codes)
        }
        let long = Array(repeating: codes[0], count: 9).joined(separator: " ")
        for wrong in ["", "<script>", "ABCDEF", "\(codes[0])x", "\(codes[0])\r\n", long] {
            let answer = try await browser.post(path, ["codes": wrong])
            #expect(answer.status == .badRequest, "\(wrong)")
            let text = try await answer.text()
            #expect(text.contains("The page has sent no recovery codes. Make new ones."))
        }
    }
}
