import ClientTransport

extension ActiveLogic {
    /// Certificates of an authority that is trusted beside the system's, in PEM form.
    public enum CertificateAuthority: Sendable, Hashable {
        /// A file with one certificate or more.
        case file(String)
        /// The bytes of such a file.
        case pem([UInt8])

        var trusted: TrustedAuthority {
            switch self {
            case .file(let path): .file(path)
            case .pem(let bytes): .pem(bytes)
            }
        }
    }
}
