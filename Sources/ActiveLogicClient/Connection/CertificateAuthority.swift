// The one type of that module that is public: whoever imports this library can name its cases.
@_exported public import ClientTransport

extension ActiveLogic {
    /// Certificates of an authority that is trusted beside the system's, in PEM form.
    public typealias CertificateAuthority = TrustedAuthority
}
