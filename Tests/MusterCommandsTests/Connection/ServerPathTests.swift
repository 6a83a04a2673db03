import Testing

@testable import MusterCommands

@Suite("Paths on a server")
struct ServerPathTests {
    @Test(
        "a name cannot become another path",
        arguments: [
            ("jane@example.com", "jane%40example.com"), ("../groups", "..%2Fgroups"),
            ("a/b", "a%2Fb"),
            ("a?b=c", "a%3Fb%3Dc"), ("a#b", "a%23b"), (".", "%2E"), ("..", "%2E%2E"),
            ("%2e", "%252e"),
            ("a b", "a%20b"), ("é", "%C3%A9"), ("\r\nHost: x", "%0D%0AHost%3A%20x"),
            ("{}", "%7B%7D"),
            ("", ""),
        ]
    )
    func names(_ name: String, _ encoded: String) {
        #expect(ServerPath("/users/{}/keys", name).text == "/users/\(encoded)/keys")
    }

    @Test("names go in their order, and the pattern stays for logs")
    func pattern() {
        let path = ServerPath("/groups/{}/users/{}", "1", "2")
        #expect(path.text == "/groups/1/users/2")
        #expect(path.route == "/groups/{}/users/{}")
    }

    @Test("a query leaves out what has no value")
    func query() {
        let path = ServerPath("/users").with([("f", "a&b=c"), ("after", nil), ("limit", "5")])
        #expect(path.text == "/users?f=a%26b%3Dc&limit=5")
        #expect(ServerPath("/users").with([("after", nil)]).text == "/users")
    }
}
