import Logging
import MusterCore
import MusterServer
import ServiceLifecycle
import UnixSignals

/// Reads the certificate anew at SIGHUP, and when its files have changed.
///
/// A new one that is no good is refused, and the old one stays. Without TLS there is nothing to read, and SIGHUP
/// still ends nothing.
struct CertificateWatch: Service {
    /// How often the files are looked at.
    static let interval = Duration.seconds(10)

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
                logger.info("nothing to read anew without TLS")
                continue
            }
            reload()
        }
    }

    private func lookAtFiles() async {
        guard let files else { return }
        var last = stamp
        while (try? await Task.sleep(for: CertificateWatch.interval)) != nil {
            let now = files.stamp
            guard now != last else { continue }
            last = now
            reload()
        }
    }

    private func reload() {
        guard let files, let keeper else { return }
        do {
            try files.reload(into: keeper)
            logger.info("certificate read anew", metadata: ["file": "\(files.certificate)"])
        } catch {
            logger.error(
                "the new certificate was refused, the old one stays",
                metadata: ["reason": "\(error.message)"]
            )
        }
    }
}
