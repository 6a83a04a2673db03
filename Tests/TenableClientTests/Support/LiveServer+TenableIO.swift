import ClientTestSupport
import MusterCore
import MusterTesting
import TenableClient

extension LiveServer {
    /// A way to this server with the administrator's keys, or with those of somebody else.
    func tio(
        _ keys: APIKeyPair? = nil,
        options: TenableIO.Options = .quick()
    ) throws -> TenableIO {
        let keys = keys ?? test.administratorKeys
        return try TenableIO(
            accessKey: keys.accessKey,
            secretKey: keys.secretKey.withExposedValue { $0 },
            url: address,
            options: options
        )
    }

    /// Serves a new directory while `body` works on it as the administrator.
    static func withTenableIO(
        _ body: (TenableIO, LiveServer) async throws -> Void
    ) async throws {
        try await run { server in
            let tio = try server.tio()
            try await body(tio, server)
            await tio.close()
        }
    }
}
