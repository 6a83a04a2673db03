import MusterCore

/// What is wrong with the certificate that is served, and with its key.
struct CertificateFindings {
    let files: TLSFiles
    /// The present time.
    let now: Timestamp

    /// Everything that was found; nothing if all is well.
    func all() -> [Finding] {
        [key, certificate].compactMap(\.self)
    }

    /// Whether others may read the keys; the server tells of it when it starts.
    static func openKeys(_ files: [TLSFiles]) -> [Finding] {
        files.compactMap { CertificateFindings(files: $0, now: Timestamp(rawValue: 0)).key }
    }

    /// Whether others may read the key.
    private var key: Finding? {
        guard let mode = FileModes.mode(of: files.privateKey), mode & 0o077 != 0 else { return nil }
        return Finding(
            .error,
            .settings,
            "The TLS key \(files.privateKey) has mode \(FileModes.text(mode)), so that others may read it. "
                + "Run: chmod 600 \(files.privateKey)"
        )
    }

    /// Whether clients will trust the certificate, as far as its dates tell.
    var certificate: Finding? {
        // A file that cannot be read is refused with the settings.
        (try? files.dates()).flatMap { $0 }.flatMap(finding)
    }

    private func finding(_ dates: CertificateDates) -> Finding? {
        switch dates.standing(at: now) {
        case .good: return nil
        case .early:
            return Finding(
                .error,
                .settings,
                "The certificate in \(files.certificate) is good only from \(TimeText.text(dates.start.rawValue)) on. Look at "
                    + "this machine's clock."
            )
        case .ending(let days):
            return Finding(
                .warning,
                .settings,
                "The certificate in \(files.certificate) runs out in \(Count.text(Int64(days), "day")), at "
                    + "\(TimeText.text(dates.end.rawValue)). Put a new one in its place."
            )
        case .expired:
            return Finding(
                .error,
                .settings,
                "The certificate in \(files.certificate) has expired at \(TimeText.text(dates.end.rawValue)), and no client "
                    + "trusts it. Put a new one in its place."
            )
        }
    }
}
