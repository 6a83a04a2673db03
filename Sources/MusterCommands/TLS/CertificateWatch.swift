import Logging
import MusterCore
import MusterServer
import ServiceLifecycle
import UnixSignals

/// Reads certificates again at SIGHUP, and when their files have changed; tells when one runs out.
///
/// A new one that is no good is refused, and the old one stays. Without TLS there is nothing to read, and SIGHUP
/// still ends nothing.
struct CertificateWatch: Service {
    /// How often the files are looked at.
    static let interval = Duration.seconds(10)
    /// After how many looks it is told again that the certificate runs out: once a day.
    private static let looksPerTelling = 8640

    /// A certificate that is shown.
    struct Certificate: Sendable {
        let files: TLSFiles
        /// How the files were when they were read.
        let stamp: TLSFiles.Stamp
        let keeper: CertificateKeeper

        init(_ files: TLSFiles, _ stamp: TLSFiles.Stamp, _ keeper: CertificateKeeper) {
            self.files = files
            self.stamp = stamp
            self.keeper = keeper
        }
    }

    /// Those that are shown, each with files of its own.
    let certificates: [Certificate]
    let logger: Logger

    func run() async throws {
        await withGracefulShutdownHandler {
            await cancelWhenGracefulShutdown {
                await withTaskGroup(of: Void.self) { group in
                    group.addTask { await waitForSignals() }
                    for certificate in certificates {
                        group.addTask { await lookAtFiles(of: certificate) }
                    }
                }
            }
        } onGracefulShutdown: {
        }
    }

    private func waitForSignals() async {
        for await _ in await UnixSignalsSequence(trapping: .sighup) {
            guard !certificates.isEmpty else {
                logger.info("nothing to read again without TLS")
                continue
            }
            for certificate in certificates { reload(certificate) }
        }
    }

    private func lookAtFiles(of certificate: Certificate) async {
        let files = certificate.files
        var last = certificate.stamp
        var looks = 0
        tell(files)
        while (try? await Task.sleep(for: CertificateWatch.interval)) != nil {
            looks += 1
            if looks % CertificateWatch.looksPerTelling == 0 { tell(files) }
            let now = files.stamp
            guard now != last else { continue }
            last = now
            reload(certificate)
        }
    }

    /// Says in the log that clients do not trust the certificate, or soon will not.
    private func tell(_ files: TLSFiles) {
        let findings = CertificateFindings(files: files, now: SystemClock().now())
        guard let finding = findings.certificate else { return }
        logger.log(
            level: finding.severity == .error ? .error : .warning,
            "the certificate is not good for long, or not at all",
            metadata: ["advice": "\(finding.text)"]
        )
    }

    private func reload(_ certificate: Certificate) {
        let files = certificate.files
        do {
            try files.reload(into: certificate.keeper)
            logger.info("certificate read again", metadata: ["file": "\(files.certificate)"])
            tell(files)
        } catch {
            logger.error(
                "the new certificate was refused, the old one stays",
                metadata: ["reason": "\(error.message)"]
            )
        }
    }
}
