import Logging
import MusterCore
import MusterServer
import ServiceLifecycle
import UnixSignals

/// Reads the certificate again at SIGHUP, and when its files have changed; tells when it runs out.
///
/// A new one that is no good is refused, and the old one stays. Without TLS there is nothing to read, and SIGHUP
/// still ends nothing.
struct CertificateWatch: Service {
    /// How often the files are looked at.
    static let interval = Duration.seconds(10)
    /// After how many looks it is told again that the certificate runs out: once a day.
    private static let looksPerTelling = 8640

    let files: TLSFiles?
    /// How the files were when they were read.
    let stamp: TLSFiles.Stamp?
    let keeper: CertificateKeeper?
    let logger: Logger

    func run() async throws {
        await withGracefulShutdownHandler {
            await cancelWhenGracefulShutdown {
                await withTaskGroup(of: Void.self) { group in
                    group.addTask { await waitForSignals() }
                    group.addTask { await lookAtFiles() }
                }
            }
        } onGracefulShutdown: {
        }
    }

    private func waitForSignals() async {
        for await _ in await UnixSignalsSequence(trapping: .sighup) {
            guard files != nil else {
                logger.info("nothing to read again without TLS")
                continue
            }
            reload()
        }
    }

    private func lookAtFiles() async {
        guard let files else { return }
        var last = stamp
        var looks = 0
        tell(files)
        while (try? await Task.sleep(for: CertificateWatch.interval)) != nil {
            looks += 1
            if looks % CertificateWatch.looksPerTelling == 0 { tell(files) }
            let now = files.stamp
            guard now != last else { continue }
            last = now
            reload()
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

    private func reload() {
        guard let files, let keeper else { return }
        do {
            try files.reload(into: keeper)
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
