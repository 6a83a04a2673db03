import HTTPTypes
import Hummingbird
import MusterCore
import NIOCore
import WireJSON

/// The server itself.
///
/// | method | path | needs | answers |
/// |---|---|---|---|
/// | GET | /server/status | nothing | 200 `{"code":200,"status":"ready"}`, or 503 where nothing can be changed |
/// | GET | /server/properties | anybody | 200 record |
/// | GET | /openapi.yaml | nothing | 200 this interface's description |
struct TenableServerRoutes {
    private let directory: Directory
    private let version: String

    init(_ directory: Directory, version: String) {
        self.directory = directory
        self.version = version
    }

    var routes: [Route] {
        [
            Route(.get, "/server/status", isOpen: true, status),
            Route(.get, "/server/properties", properties),
            Route(.get, "/openapi.yaml", isOpen: true, description),
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
        return Response.json { json in
            json.object { json in
                json.member("code", 200)
                json.member("status", "ready")
            }
        }
    }

    @Sendable private func properties(_ call: Call) async throws -> Response {
        _ = try call.principal
        return Response.json { json in
            json.object { json in
                json.name("analytics")
                json.object { json in
                    json.member("enabled", false)
                    json.member("key", "")
                    json.member("site_id", "")
                }
                json.name("evaluation")
                json.object { json in
                    json.member("limitEnabled", false)
                    json.member("targets", 0)
                }
                json.member("force_ui_reload", false)
                json.member("nessus_type", "Muster")
                json.member("nessus_ui_build", version)
                json.member("nessus_ui_version", version)
            }
        }
    }

    /// One for all answers: whoever does not read them holds no copies.
    private static let descriptionBytes = ByteBuffer(bytes: PackageResources.openapi_yaml)

    @Sendable private func description(_ call: Call) async throws -> Response {
        Response(
            status: .ok,
            headers: [.contentType: "application/yaml"],
            body: ResponseBody(inParts: TenableServerRoutes.descriptionBytes)
        )
    }
}
