import ClientTestSupport
import HTTPTypes

/// Answers of a fake server, as this API writes them.
enum FakeDialect {
    static let token = "0123456789abcdef-token"

    static let user = """
        {"id":2,"name":"admin","readbm":0,"writebm":0,"lviewbm":0,"timeout":0,"hosts":[]}
        """

    /// The answer to a login.
    static func session(_ capabilities: [String]) -> Reply {
        let names = capabilities.map { "\"\($0)\"" }.joined(separator: ",")
        let body =
            #"{"token":"\#(token)","user":\#(user),"capabilities":[\#(names)],"revision":1}"#
        return .answer(.ok, body)
    }

    static func error(_ type: String, _ code: String, _ message: String) -> String {
        #"{"error":{"type":"\#(type)","code":"\#(code)","message":"\#(message)"}}"#
    }

    /// Answers logins and logouts; everything else goes to `script`, with the number of such requests before.
    static func script(
        _ capabilities: [String] = [
            "change_user_password", "key_fingerprints", "revision", "paging",
        ],
        _ script: @escaping FakeServer.Script
    ) -> FakeServer.Script {
        { request, count in
            switch (request.method, request.target) {
            case (.post, "/activelogic/v1/sessions"): session(capabilities)
            case (.delete, "/activelogic/v1/sessions"): .answer(.noContent)
            default: script(request, count - 1)
            }
        }
    }
}
