import FoundationEssentials
import MusterCore
import NIOSSL
import SystemCalls

extension SettingsReader {
    /// The longest secret that is read from a file, in bytes.
    private static let maximumSecretBytes = 4096

    /// The path of a file that can be read; nil if nobody set one.
    ///
    /// - Throws: ``MusterError`` with code `setting.invalid`.
    func readableFile(_ key: String) throws(MusterError) -> String? {
        guard let path = try path(key) else { return nil }
        guard !FileModes.isFolder(path), access(path, R_OK) == 0 else {
            throw invalid(key, "names a file that cannot be read: \(path)", isQuoted: true)
        }
        return path
    }

    /// The path of a PEM file with certificates; nil if nobody set one.
    ///
    /// - Throws: ``MusterError`` with code `setting.invalid`.
    func authorities(_ key: String) throws(MusterError) -> String? {
        guard let path = try readableFile(key) else { return nil }
        let certificates = (try? NIOSSLCertificate.fromPEMFile(path)) ?? []
        guard !certificates.isEmpty else {
            throw invalid(
                key,
                "names a file that must hold certificates in PEM: \(path)",
                isQuoted: true
            )
        }
        return path
    }

    /// The files with secrets that others may read, and by which settings, with what to do.
    ///
    /// - Throws: ``MusterError`` with code `setting.invalid`.
    func openSecrets() throws(MusterError) -> [String] {
        var advice: [String] = []
        for key in Setting.secretFiles {
            guard let path = try path(key), let mode = FileModes.mode(of: path), mode & 0o077 != 0
            else { continue }
            advice.append(
                "\(path), which \(key) names, has mode \(FileModes.text(mode)), so that others may read the secret in it. "
                    + "Run: chmod 600 \(path)"
            )
        }
        return advice
    }

    /// A secret that stands in a file, without the end of its line; nil if nobody set one.
    ///
    /// - Throws: ``MusterError`` with code `setting.invalid`, without what is in the file.
    func secret(_ key: String) throws(MusterError) -> Secret<String>? {
        guard let path = try readableFile(key) else { return nil }
        let limit = SettingsReader.maximumSecretBytes
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        defer { close(descriptor) }
        var bytes = (try? Descriptor.read(descriptor, upTo: limit + 1)) ?? []
        if bytes.last == 0x0A { bytes.removeLast() }
        if bytes.last == 0x0D { bytes.removeLast() }
        guard (1...limit).contains(bytes.count), bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }),
            let text = String(validating: bytes, as: UTF8.self)
        else {
            throw invalid(
                key,
                "names a file that must hold one line of 1 to \(limit) bytes: \(path)",
                isQuoted: true
            )
        }
        return Secret(text)
    }
}
