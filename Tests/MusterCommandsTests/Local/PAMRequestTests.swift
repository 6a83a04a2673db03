import MusterCore
import Testing

@testable import MusterCommands

@Suite("What PAM says in the environment")
struct PAMRequestTests {
    private func request(_ more: [String]) throws -> PAMRequest {
        try PAMRequest(.account, environment: ["PATH=/bin", "PAM_TYPE=account"] + more)
    }

    @Test("name and place are what stands after the first sign")
    func values() throws {
        let request = try request(["PAM_USER=jane=x", "PAM_RHOST=192.0.2.1"])
        #expect(request.username == "jane=x" && request.address == "192.0.2.1")
        #expect(try self.request(["PAM_USER=jane"]).address == nil)
    }

    @Test("a value that begins with a mark is a value all the same")
    func marks() throws {
        let marks = String(repeating: "\u{301}", count: 30)
        let request = try request(["PAM_USER=\(marks)jane", "PAM_RHOST=\(marks)"])
        #expect(request.username.utf8.elementsEqual("\(marks)jane".utf8))
        #expect(request.address?.utf8.elementsEqual(marks.utf8) == true)
        for double in ["PAM_USER", "PAM_RHOST", "PAM_TYPE"] {
            #expect(throws: MusterError.self) {
                try self.request(["PAM_USER=jane", "PAM_RHOST=192.0.2.1", "\(double)=\(marks)x"])
            }
        }
    }

    @Test("another phase, and no name, are refused")
    func refused() {
        for environment in [
            ["PAM_TYPE=auth", "PAM_USER=jane"], ["PAM_USER=jane"], ["PAM_TYPE=account"],
            ["PAM_TYPE=account", "PAM_USER="], ["PAM_TYPE=account\u{301}", "PAM_USER=jane"],
        ] {
            #expect(throws: MusterError.self) {
                _ = try PAMRequest(.account, environment: environment)
            }
        }
    }
}
