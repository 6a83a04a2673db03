import Hummingbird
import MusterAPI
import MusterCore
import WireJSON

/// The server itself in the native API, and the names of the masks' bits.
struct NativeServerRoutes {
    private let directory: Directory
    private let version: String

    init(_ directory: Directory, version: String) {
        self.directory = directory
        self.version = version
    }

    var routes: [Route] {
        [
            NativeRoutes.route(.get, "/server/status", isOpen: true, status),
            NativeRoutes.route(.get, "/server/properties", properties),
            NativeRoutes.route(.get, "/masks", masks),
        ]
    }

    @Sendable private func status(_ call: Call) async throws -> Response {
        guard directory.store.isWritable else {
            throw MusterError(
                .storeUnavailable,
                "Nothing can be changed at present.",
                cause: Trouble.files
            )
        }
        return Response.json { ServerStatusRecord(status: "ready").write(to: &$0) }
    }

    @Sendable private func properties(_ call: Call) async throws -> Response {
        _ = try call.principal
        return Response.json { ServerPropertiesRecord(version: version).write(to: &$0) }
    }

    @Sendable private func masks(_ call: Call) async throws -> Response {
        try call.principal.requireSettledPassword()
        return Response.json { json in
            json.object { json in
                json.name("bits")
                json.array { json in
                    for resource in Resource.allCases {
                        MaskBitRecord(index: Int64(resource.rawValue), name: resource.name)
                            .write(to: &json)
                    }
                }
            }
        }
    }
}
