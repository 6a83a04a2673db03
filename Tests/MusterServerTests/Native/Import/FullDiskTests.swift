import HTTPTypes
import HummingbirdCore
import MusterCore
import MusterTesting
import StoreTesting
import Testing

@testable import MusterServer

@Suite("Imports onto a disk that has little room left", .everyStore)
struct FullDiskTests {
    @Test(
        "end there and say so, the operator is told, and whoever signs in comes in",
        arguments: ["", "?on_error=continue", "?mode=upsert&on_error=continue"]
    )
    func ends(_ query: String) async throws {
        let test = try await TestDirectory(store: try FaultyStore(isFull: true))
        let answer = try await TestServer(test).send(
            .post,
            "/muster/v1/users/import" + query,
            as: test.administratorKeys,
            body: "{\"username\":\"jane\"}",
            fields: [.contentType: NativeImportRoutes.linesType]
        )
        let text = try await answer.text()
        #expect(text.contains(#""done":false,"created":0"#), "\(text)")
        #expect(text.contains("store.unavailable") && text.contains("too little room"))
        #expect(test.directory.refusals.troubles.count(of: .disk) == 1)
        #expect(try await test.directory.userCount() == 1)
        _ = try await test.logIn(TestDirectory.administratorName)
    }
}
