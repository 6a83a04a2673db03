import NIOSSL

extension ActiveLogic {
    /// Certificates of an authority that is trusted beside the system's, in PEM form.
    public enum CertificateAuthority: Sendable, Hashable {
        /// A file with one certificate or more.
        case file(String)
        /// The bytes of such a file.
        case pem([UInt8])
    }
}

extension ActiveLogic.Options {
    /// What to demand of the server's certificate.
    ///
    /// - Throws: ``ActiveLogicError`` with code `option_invalid`.
    func tlsConfiguration() throws(ActiveLogicError) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        for authority in authorities {
            configuration.additionalTrustRoots.append(.certificates(try authority.certificates()))
        }
        return configuration
    }
}

extension ActiveLogic.CertificateAuthority {
    fileprivate func certificates() throws(ActiveLogicError) -> [NIOSSLCertificate] {
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

    private func unreadable(_ cause: (any Error)?) -> ActiveLogicError {
        let place =
            switch self {
            case .file(let path): "The file \(path)"
            case .pem: "The text"
            }
        return .unusable("authorities", "\(place) has no PEM certificate in it.", cause: cause)
    }
}
