import MusterCore

/// What of a server is needed to tell of it.
struct ObservedParts: Sendable {
    private let requests: RequestMetrics
    private let certificate: CertificateKeeper?
    private let version: String

    init(_ frame: RootResponder, _ configuration: ServerConfiguration) {
        requests = frame.observer.metrics ?? RequestMetrics([])
        certificate = configuration.tls
        version = configuration.version
    }

    /// What metrics tell of the server.
    func report(
        _ directory: Directory,
        _ sample: DirectorySample,
        _ process: @escaping @Sendable () -> ProcessFigures
    ) -> MetricsReport {
        MetricsReport(
            directory: directory,
            requests: requests,
            sample: sample,
            readiness: Readiness(directory),
            certificate: certificate,
            version: version,
            process: process
        )
    }
}
