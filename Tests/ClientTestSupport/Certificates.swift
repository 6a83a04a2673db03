import Dispatch
import Foundation
import Glibc
package import MusterServer
import MusterTesting
package import NIOSSL

/// An authority of its own and a server's certificate, made by openssl in a folder of their own.
package struct Certificates: Sendable {
    private let folder: TemporaryFolder

    package var authorityFile: String { folder.file("authority.pem") }

    /// Makes both; `name` is what the server's certificate is for.
    package static func make(name: String = "IP:127.0.0.1") async throws -> Certificates {
        let folder = try TemporaryFolder()
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
        let status = await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(returning: run(["openssl"] + arguments))
            }
        }
        guard status == 0 else { throw OpenSSLFailed(status: status) }
    }

    /// Runs a program to its end.
    ///
    /// Foundation's `Process` looks at every open file before it starts one, and is not to be trusted with thousands of
    /// them, which other tests have open at the same time.
    private static func run(_ words: [String]) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        var arguments = words.map { strdup($0) } + [nil]
        let settings: [String] = ["HOME=/nonexistent", "PATH=/usr/bin:/bin"]
        var variables = settings.map { strdup($0) } + [nil]
        defer { for word in arguments + variables { free(word) } }
        var process: pid_t = 0
        let failure = posix_spawnp(
            &process,
            words[0],
            &actions,
            nil,
            &arguments,
            &variables
        )
        guard failure == 0 else { return failure }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        return status
    }
}
