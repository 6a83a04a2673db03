import MusterCore
import NIOSSL

/// Puts together what metrics tell of the server.
struct MetricsReport: Sendable {
    let directory: Directory
    let requests: RequestMetrics
    /// What was counted in the directory of late.
    let sample: DirectorySample
    /// Finds out what is wrong with the server, if anything is.
    let readiness: Readiness
    let certificate: CertificateKeeper?
    let version: String
    /// What the process uses of the machine.
    let process: @Sendable () -> ProcessFigures

    /// All metrics, as text.
    func text(_ form: MetricsText.Form) async -> String {
        let failed = await readiness.failed()
        let machine = await MachineFigures.now(directory, process)
        var text = MetricsText(form)
        text.begin("muster_build", .info, "The program that runs.")
        text.sample("_info", [("version", version)], UInt64(1))
        addRequests(&text)
        text.begin("muster_refusals", .counter, "Errors that were answers, by their code.")
        for (reason, count) in requests.refusalCounts() {
            text.sample("_total", [("reason", reason)], count)
        }
        addSignIns(&text)
        addLDAP(&text)
        addLimits(&text)
        addHashing(&text)
        text.begin("muster_ready", .gauge, "Whether a check of /readyz holds, 1 or 0.")
        for check in ReadinessCheck.allCases {
            text.sample("", [("check", check.rawValue)], UInt64(failed.contains(check) ? 0 : 1))
        }
        addStore(&text, machine)
        if let expiry = certificate?.expiry {
            text.begin(
                "muster_certificate_expiry_seconds",
                .gauge,
                unit: "seconds",
                "When the certificate that connections are shown ends, as a Unix time."
            )
            text.sample("", [], Double(expiry))
        }
        addProcess(&text, machine.process)
        text.end()
        return text.text
    }

    private func addRequests(_ text: inout MetricsText) {
        let counts = requests.counts()
        text.begin(
            "muster_http_requests",
            .counter,
            "Requests that were answered, by route, method and class of status."
        )
        for (route, path) in requests.routes.enumerated() {
            for (method, name) in RequestCounts.methods.enumerated() {
                for (column, status) in RequestCounts.classes.enumerated() {
                    let count = counts.requests(route: route, method: method, statusClass: column)
                    guard count > 0 else { continue }
                    let labels = [("route", path), ("method", name), ("status", status)]
                    text.sample("_total", labels, count)
                }
            }
        }
        text.begin(
            "muster_http_request_duration_seconds",
            .histogram,
            unit: "seconds",
            "Time from a request's head to the head of its answer, by route and class of status."
        )
        for (route, path) in requests.routes.enumerated() {
            for (column, status) in RequestCounts.classes.enumerated() {
                let buckets = counts.cumulated(route: route, statusClass: column)
                guard let all = buckets.last, all > 0 else { continue }
                text.samples(
                    buckets,
                    of: all,
                    seconds: counts.seconds(route: route, statusClass: column),
                    [("route", path), ("status", status)]
                )
            }
        }
    }
}
