/// Metrics as text.
struct MetricsText {
    /// The forms in which collectors read metrics.
    enum Form: Hashable, Sendable, CaseIterable {
        /// OpenMetrics 1.0 (https://prometheus.io/docs/specs/om/open_metrics_spec/).
        case openMetrics
        /// Prometheus's own, 0.0.4, for whoever does not ask for the other
        /// (https://prometheus.io/docs/instrumenting/exposition_formats/).
        case prometheus

        /// What an answer in this form is called.
        var mediaType: String {
            switch self {
            case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
            case .prometheus: "text/plain; version=0.0.4; charset=utf-8"
            }
        }
    }

    /// What a family's samples are.
    enum Kind: String {
        case counter
        case gauge
        case histogram
        case info
    }

    private(set) var text = ""
    private let form: Form
    private var family = ""

    /// Begins a text.
    init(_ form: Form) {
        self.form = form
    }

    /// Begins a family.
    ///
    /// - Parameters:
    ///   - name: The name, without the suffixes that its kind brings.
    ///   - kind: What its samples are.
    ///   - unit: The unit, with which the name ends; nil for plain numbers.
    ///   - help: One sentence.
    mutating func begin(_ name: String, _ kind: Kind, unit: String? = nil, _ help: String) {
        family = name
        let (told, type) =
            form == .openMetrics ? (name, kind.rawValue) : MetricsText.plain(name, kind)
        text += "# TYPE \(told) \(type)\n"
        if let unit, form == .openMetrics { text += "# UNIT \(told) \(unit)\n" }
        text += "# HELP \(told) \(MetricsText.escaped(help))\n"
    }

    /// Adds a sample of a whole number to the family.
    mutating func sample(
        _ suffix: String = "",
        _ labels: [(name: String, value: String)] = [],
        _ value: UInt64
    ) {
        line(suffix, labels, "\(value)")
    }

    /// Adds a sample of any number to the family.
    mutating func sample(
        _ suffix: String = "",
        _ labels: [(name: String, value: String)] = [],
        _ value: Double
    ) {
        line(suffix, labels, "\(value)")
    }

    /// Ends the text, as the form demands.
    mutating func end() {
        if form == .openMetrics { text += "# EOF\n" }
    }

    /// What a family is called, and of which type it is, where families have the names of their samples.
    private static func plain(_ name: String, _ kind: Kind) -> (name: String, type: String) {
        switch kind {
        case .counter: (name + "_total", "counter")
        case .info: (name + "_info", "gauge")
        case .gauge, .histogram: (name, kind.rawValue)
        }
    }

    private mutating func line(
        _ suffix: String,
        _ labels: [(name: String, value: String)],
        _ value: String
    ) {
        text += family + suffix
        if !labels.isEmpty {
            let pairs = labels.map { "\($0.name)=\"\(MetricsText.escaped($0.value))\"" }
            text += "{" + pairs.joined(separator: ",") + "}"
        }
        text += " \(value)\n"
    }

    /// Backslashes, quotes and ends of lines are written as two characters.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text.unicodeScalars {
            switch character {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }
}
