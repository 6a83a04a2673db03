import FoundationEssentials
import NIOSSL

/// Certificates of an authority that is trusted beside the system's, in PEM form.
///
/// Public, as all else here is not: the options of each client have it.
public enum TrustedAuthority: Sendable, Hashable {
    /// A file with one certificate or more.
    case file(String)
    /// The bytes of such a file.
    case pem([UInt8])
}

extension TLSConfiguration {
    /// What to demand of a server's certificate.
    ///
    /// - Throws: ``UnusableOption`` where certificates cannot be read.
    static func trusting(
        _ authorities: [TrustedAuthority]
    ) throws(UnusableOption) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        for authority in authorities {
            configuration.additionalTrustRoots.append(.certificates(try authority.certificates()))
        }
        return configuration
    }
}

extension TrustedAuthority {
    fileprivate func certificates() throws(UnusableOption) -> [NIOSSLCertificate] {
        let certificates: [NIOSSLCertificate]
        do {
            switch self {
            case .file(let path): certificates = try NIOSSLCertificate.fromPEMFile(path)
            case .pem(let bytes): certificates = try NIOSSLCertificate.fromPEMBytes(bytes)
            }
        } catch {
            throw unreadable(error)
        }
        guard !certificates.isEmpty else { throw unreadable(nil) }
        return certificates
    }

    private func unreadable(_ cause: (any Error)?) -> UnusableOption {
        if case .file(let path) = self {
            var isFolder = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
                return UnusableOption(.authorities, "There is no file \(path).", cause: cause)
            }
            guard !isFolder else {
                return UnusableOption(
                    .authorities,
                    "\(path) is a folder, and no file.",
                    cause: cause
                )
            }
            guard FileManager.default.isReadableFile(atPath: path) else {
                return UnusableOption(
                    .authorities,
                    "The file \(path) cannot be read.",
                    cause: cause
                )
            }
        }
        let place =
            switch self {
            case .file(let path): "The file \(path)"
            case .pem: "The text"
            }
        return UnusableOption(
            .authorities,
            "\(place) has no PEM certificate in it.",
            cause: cause
        )
    }
}
