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

extension MetricsReport {
    func addProcess(_ text: inout MetricsText, _ figures: ProcessFigures) {
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
