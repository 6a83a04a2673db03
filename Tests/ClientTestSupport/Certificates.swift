import Foundation
package import MusterServer
import MusterTesting
package import NIOSSL

/// An authority of its own and a server's certificate, made by openssl in a folder of their own.
package struct Certificates: Sendable {
    private let folder: TemporaryDirectory

    package var authorityFile: String { folder.file("authority.pem") }

    /// Makes both; `name` is what the server's certificate is for.
    package static func make(name: String = "IP:127.0.0.1") async throws -> Certificates {
        let folder = try TemporaryDirectory()
        try await openssl(
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=Test authority",
            "-keyout",
            folder.file("authority.key"),
            "-out",
            folder.file("authority.pem")
        )
        try await openssl(
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=Test server",
            "-addext",
            "subjectAltName=\(name)",
            "-addext",
            "basicConstraints=critical,CA:FALSE",
            "-CA",
            folder.file("authority.pem"),
            "-CAkey",
            folder.file("authority.key"),
            "-keyout",
            folder.file("server.key"),
            "-out",
            folder.file("server.pem")
        )
        return Certificates(folder: folder)
    }

    /// The authority's certificate.
    package func authority() throws -> [UInt8] {
        try folder.bytes("authority.pem")
    }

    /// What a server needs.
    package func server() throws -> TLSConfiguration {
        let chain = try NIOSSLCertificate.fromPEMFile(folder.file("server.pem"))
        let key = try NIOSSLPrivateKey(file: folder.file("server.key"), format: .pem)
        return .makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(key)
        )
    }

    /// What a Muster server needs.
    package func keeper() throws -> CertificateKeeper {
        try CertificateKeeper(
            chain: NIOSSLCertificate.fromPEMFile(folder.file("server.pem")),
            key: NIOSSLPrivateKey(file: folder.file("server.key"), format: .pem)
        )
    }

    private struct OpenSSLFailed: Error {
        let status: Int32
    }

    private static func openssl(_ arguments: String...) async throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.standardError = FileHandle.nullDevice
        let status = try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do {
                try process.run()
            } catch {
                process.terminationHandler = nil
                continuation.resume(throwing: error)
            }
        }
        guard status == 0 else { throw OpenSSLFailed(status: status) }
    }
}
