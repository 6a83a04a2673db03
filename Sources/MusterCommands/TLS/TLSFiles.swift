import FoundationEssentials
import MusterCore
import MusterServer
import NIOSSL
import SystemCalls

/// The files of a certificate that the server shows, and of its private key.
struct TLSFiles: Sendable, Equatable {
    /// A PEM file with the certificate chain, the server's own first.
    let certificate: String
    /// A PEM file with the private key.
    let privateKey: String
    /// What the names of the settings begin with that name them.
    var setting = TLSFiles.ofServer

    /// The certificate of the whole server.
    static let ofServer = "http.tls"
    /// One for LDAP alone.
    static let ofLDAP = "ldap.tls"

    /// What tells whether a file is another than before.
    struct Stamp: Equatable, Sendable {
        fileprivate let times: [Date?]
        fileprivate let sizes: [Int64?]
        fileprivate let numbers: [UInt64?]
    }

    /// When the files were changed last, as far as they can be looked at.
    var stamp: Stamp {
        let paths = [certificate, privateKey].map {
            // A link leads to another file when the certificate is renewed, as certbot does it.
            URL(filePath: $0).resolvingSymlinksInPath().path
        }
        let found = paths.map(FileStatus.of)
        return Stamp(
            times: paths.map { path in
                let attributes = try? FileManager.default.attributesOfItem(atPath: path)
                return attributes?[.modificationDate] as? Date
            },
            sizes: found.map { status in status.map { Int64($0.st_size) } },
            numbers: found.map { status in status.map { UInt64($0.st_ino) } }
        )
    }

    /// Reads the files into something that shows them.
    ///
    /// - Throws: ``MusterError`` with code `setting.invalid`, naming the file and what is wrong with it.
    func keeper() throws(MusterError) -> CertificateKeeper {
        let (chain, key) = try read()
        do {
            return try CertificateKeeper(chain: chain, key: key)
        } catch {
            throw mismatch(error)
        }
    }

    /// Reads the files again and shows what is in them from now on.
    ///
    /// - Throws: ``MusterError`` with code `setting.invalid`; what was shown before stays.
    func reload(into keeper: CertificateKeeper) throws(MusterError) {
        let (chain, key) = try read()
        do {
            try keeper.replace(chain: chain, key: key)
        } catch {
            throw mismatch(error)
        }
    }

    /// When the server's own certificate is good; nil if its file holds none.
    ///
    /// - Throws: ``MusterError`` with code `setting.invalid` where the files cannot be read.
    func dates() throws(MusterError) -> CertificateDates? {
        try read().0.first.map(CertificateDates.init)
    }

    private func read() throws(MusterError) -> ([NIOSSLCertificate], NIOSSLPrivateKey) {
        try TLSFiles.requireReadable(certificate, "certificate", "\(setting).certificate")
        try TLSFiles.requireReadable(privateKey, "private key", "\(setting).privateKey")
        let chain: [NIOSSLCertificate]
        do {
            chain = try NIOSSLCertificate.fromPEMFile(certificate)
        } catch {
            throw MusterError(
                .settingInvalid,
                "\(certificate) (\(setting).certificate) holds no certificate in PEM.",
                cause: error
            )
        }
        let key: NIOSSLPrivateKey
        do {
            key = try NIOSSLPrivateKey(file: privateKey, format: .pem)
        } catch {
            throw MusterError(
                .settingInvalid,
                "\(privateKey) (\(setting).privateKey) holds no private key in PEM, or one with a passphrase.",
                cause: error
            )
        }
        return (chain, key)
    }

    private static func requireReadable(
        _ path: String,
        _ noun: String,
        _ key: String
    ) throws(MusterError) {
        guard FileManager.default.fileExists(atPath: path) else {
            throw MusterError(
                .settingInvalid,
                "The file of the \(noun), \(path) (\(key)), is not there."
            )
        }
        guard !FileModes.isFolder(path) else {
            throw MusterError(
                .settingInvalid,
                "The file of the \(noun), \(path) (\(key)), is a folder."
            )
        }
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw MusterError(
                .settingInvalid,
                "The file of the \(noun), \(path) (\(key)), cannot be read by this user."
            )
        }
    }

    private func mismatch(_ error: any Error) -> MusterError {
        MusterError(
            .settingInvalid,
            "The private key in \(privateKey) does not belong to the certificate in \(certificate).",
            cause: error
        )
    }
}
