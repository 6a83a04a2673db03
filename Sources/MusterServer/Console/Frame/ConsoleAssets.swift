import HTTPTypes
import Hummingbird
import MusterConsole
import MusterCore
import NIOCore

/// The files that pages refer to, under names that change with their content.
struct ConsoleAssets: Sendable {
    /// A file under its name.
    struct File: Sendable {
        let path: String
        let name: String
        let asset: Asset
        /// Its bytes in gzip, made once; nil if they are not fewer.
        let compressed: [UInt8]?
    }

    /// How all pages look.
    let styles: File
    /// What makes them livelier.
    let script: File

    /// Those of this program.
    static let shared = ConsoleAssets()

    private init() {
        styles = ConsoleAssets.file(.styles)
        script = ConsoleAssets.file(.script)
    }

    /// The route of the files.
    var routes: [Route] {
        [
            Route(.get, "/console/:name", of: .console, isOpen: true) { [self] call in
                try answer(call)
            }
        ]
    }

    private func answer(_ call: Call) throws -> Response {
        let name = call.parameter("name")
        guard let file = [styles, script].first(where: { $0.name.utf8.elementsEqual(name.utf8) })
        else { throw MusterError(.requestNotFound, "Not Found") }
        var fields = HTTPFields()
        fields[.contentType] = file.asset.mediaType
        // The name is another one when the content is (RFC 8246).
        fields[.cacheControl] = "public, max-age=31536000, immutable"
        fields[.vary] = "Accept-Encoding"
        var bytes = file.asset.bytes
        if let compressed = file.compressed, call.request.headers.takesGzip {
            fields[.contentEncoding] = "gzip"
            bytes = compressed
        }
        return Response(
            status: .ok,
            headers: fields,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        )
    }

    private static func file(_ asset: Asset) -> File {
        let name = "\(asset.stem).\(fingerprint(asset.bytes)).\(asset.suffix)"
        return File(
            path: "/console/\(name)",
            name: name,
            asset: asset,
            compressed: Gzip.compress(asset.bytes)
        )
    }

    /// 16 hexadecimal digits that are others when a byte is: FNV-1a of 64 bits (draft-eastlake-fnv section 2).
    ///
    /// It tells versions apart and guards nothing: whoever could change the file could change the page.
    private static func fingerprint(_ bytes: [UInt8]) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
