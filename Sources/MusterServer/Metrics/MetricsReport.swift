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
            "Time from a request's head to the head of its answer."
        )
        for (route, path) in requests.routes.enumerated() {
            let buckets = counts.cumulated(route: route)
            guard let all = buckets.last, all > 0 else { continue }
            for (bound, count) in zip(RequestCounts.bounds, buckets) {
                let limit = "\(Double(bound) / 1e6)"
                text.sample("_bucket", [("route", path), ("le", limit)], count)
            }
            text.sample("_bucket", [("route", path), ("le", "+Inf")], all)
            text.sample("_sum", [("route", path)], counts.seconds(route: route))
            text.sample("_count", [("route", path)], all)
        }
    }

    private func addStore(_ text: inout MetricsText, _ machine: MachineFigures) {
        if let free = machine.freeBytes {
            text.begin(
                "muster_store_free_bytes",
                .gauge,
                unit: "bytes",
                "Bytes that are free where the directory is kept."
            )
            text.sample("", [], Double(free))
        }
        guard let figures = machine.store else { return }
        text.begin("muster_store_changes", .counter, "Changes that are on disk.")
        text.sample("_total", [], figures.changes)
        text.begin(
            "muster_store_commit_duration_seconds",
            .histogram,
            unit: "seconds",
            "How long commits took that brought them there, each with one wait for the disk."
        )
        text.samples(of: figures.commits)
        if let replica = figures.replica { addReplica(&text, replica) }
        guard let databaseBytes = figures.databaseBytes, let logBytes = figures.logBytes else {
            return
        }
        text.begin(
            "muster_store_size_bytes",
            .gauge,
            unit: "bytes",
            "Bytes of the directory's files."
        )
        text.sample("", [("file", "database")], Double(databaseBytes))
        text.sample("", [("file", "log")], Double(logBytes))
    }

    private func addReplica(_ text: inout MetricsText, _ replica: ReplicaFigures) {
        text.begin(
            "muster_replica_fresh",
            .gauge,
            "1 while look-ups are answered from the node's copy of the directory, 0 while the database is asked."
        )
        text.sample("", [], replica.isFresh ? 1.0 : 0.0)
        if let age = replica.age {
            text.begin(
                "muster_replica_age_seconds",
                .gauge,
                unit: "seconds",
                "Seconds since the moment whose state the copy surely includes."
            )
            text.sample("", [], age)
        }
        text.begin(
            "muster_replica_fills",
            .counter,
            "How often the copy was filled from the start."
        )
        text.sample("_total", [], replica.fills)
        text.begin(
            "muster_replica_reads",
            .counter,
            "Look-ups, by where they were answered: from the copy or in the database."
        )
        text.sample("_total", [("from", "copy")], replica.answered)
        text.sample("_total", [("from", "database")], replica.passed)
    }

    private func addProcess(_ text: inout MetricsText, _ figures: ProcessFigures) {
        text.begin(
            "process_cpu_seconds",
            .counter,
            unit: "seconds",
            "Processor time of the process."
        )
        text.sample("_total", [], figures.processorSeconds)
        text.begin(
            "process_resident_memory_bytes",
            .gauge,
            unit: "bytes",
            "Memory of the process."
        )
        text.sample("", [], Double(figures.residentBytes))
        text.begin("process_open_fds", .gauge, "Descriptors that are open.")
        text.sample("", [], UInt64(figures.descriptors))
        text.begin("process_max_fds", .gauge, "The most descriptors that may be open.")
        text.sample("", [], UInt64(figures.mostDescriptors))
        text.begin(
            "process_start_time_seconds",
            .gauge,
            unit: "seconds",
            "When the process began, as a Unix time."
        )
        text.sample("", [], figures.startSeconds)
    }
}

/// What the process uses of the machine.
public struct ProcessFigures: Sendable, Equatable {
    /// Processor time, in seconds.
    public var processorSeconds: Double
    /// Bytes of memory that are resident.
    public var residentBytes: Int
    /// Descriptors that are open.
    public var descriptors: Int
    /// The most descriptors that may be open.
    public var mostDescriptors: Int
    /// When it began, in seconds since 1970.
    public var startSeconds: Double

    /// Takes figures.
    public init(
        processorSeconds: Double,
        residentBytes: Int,
        descriptors: Int,
        mostDescriptors: Int,
        startSeconds: Double
    ) {
        self.processorSeconds = processorSeconds
        self.residentBytes = residentBytes
        self.descriptors = descriptors
        self.mostDescriptors = mostDescriptors
        self.startSeconds = startSeconds
    }
}
