import ClientTestSupport
import HTTPTypes
import TenableClient

extension FakeServer {
    /// A way to this server with a pair of keys.
    func tio(_ options: TenableIO.Options = .quick()) throws -> TenableIO {
        try TenableIO(
            accessKey: StandIn.accessKey,
            secretKey: StandIn.secretKey,
            url: address,
            options: options
        )
    }

    /// Method and target of everything that arrived.
    var lines: [String] {
        received.map { "\($0.method) \($0.target)" }
    }

    /// Serves while `body` works on it.
    static func withTenableIO(
        options: TenableIO.Options = .quick(),
        _ script: @escaping Script,
        _ body: (TenableIO, FakeServer) async throws -> Void
    ) async throws {
        try await run(script) { server in
            let tio = try server.tio(options)
            try await body(tio, server)
            await tio.close()
        }
    }
}

/// Answers as the service writes them.
enum Answers {
    /// A user.
    static func user(
        _ id: Int = 4,
        _ username: String = "jane@example.com",
        permissions: Int = 32,
        more: String = ""
    ) -> String {
        let uuid = "60f73e4f-8983-41c2-a13c-" + String(repeating: "0", count: 8) + "\(1_000 + id)"
        return #"{"uuid":"\#(uuid)","id":\#(id),"user_name":"\#(username)","#
            + #""username":"\#(username)","email":"\#(username)","type":"local","#
            + #""permissions":\#(permissions),"login_fail_count":0,"login_fail_total":0,"#
            + #""enabled":true,"lockout":0\#(more),"uuid_id":"\#(uuid)"}"#
    }

    /// A list of users.
    static func list(_ users: String...) -> Reply {
        .answer(.ok, #"{"users":[\#(users.joined(separator: ","))]}"#)
    }

    /// The gateway's answer to too many requests, as nginx writes it.
    static func tooMany(_ seconds: String?) -> Reply {
        var fields: HTTPFields = [.contentType: "text/html"]
        fields[.retryAfter] = seconds
        return .answer(
            .tooManyRequests,
            "<html><head><title>429 Too Many Requests</title></head><body><center><h1>429 Too Many "
                + "Requests</h1></center><hr><center>nginx</center></body></html>",
            fields
        )
    }
}
