package import MusterCore

/// How the directory fares.
package struct OverviewPage: Sendable {
    /// How many of something there are, and where they are listed.
    package struct Figure: Sendable {
        /// What is counted.
        package let name: String
        /// How many there are; nil while they are being counted.
        package let value: Int?
        /// Where they are listed.
        package let path: String

        /// Builds a figure.
        package init(_ name: String, _ value: Int?, _ path: String) {
            self.name = name
            self.value = value
            self.path = path
        }
    }

    /// How far back sign-ins are counted.
    package enum Span: String, CaseIterable, Sendable {
        /// A day, by hours.
        case day
        /// Thirty days, by days.
        case month

        /// How many hours or days there are.
        package var partCount: Int { self == .day ? 24 : 30 }
        /// How long one of them is.
        package var partMilliseconds: Int64 { self == .day ? 3_600_000 : 86_400_000 }
        /// How long all are together.
        package var length: Duration { .milliseconds(Int64(partCount) * partMilliseconds) }
    }

    /// The figures.
    package let figures: [Figure]
    /// How far back sign-ins are counted.
    package let span: Span
    /// The program's version.
    package let version: String
    /// When the figures were counted; nil while they are.
    package var countedAt: Timestamp?
    /// How sign-ins have gone; nil if the viewer may not look at the log.
    package var signIns: SignIns?
    /// How the store is; nil if that is not the viewer's business.
    package var health: Health?

    /// Builds the page.
    package init(_ figures: [Figure], _ span: Span, version: String) {
        self.figures = figures
        self.span = span
        self.version = version
    }

    /// The page.
    package func html(_ frame: Frame) -> HTML {
        let t = frame.texts.overview
        let tiles = figures.map { figure -> HTML in
            let value: HTML = figure.value.map { "\($0)" } ?? "…"
            return """
                <a class="figure" href="\(figure.path)"><span class="value">\(value)</span>\
                <span class="name">\(figure.name)</span></a>
                """
        }
        let signIns = signIns?.html(frame, span) ?? .empty
        let health = health?.html(frame) ?? .empty
        let lower: HTML =
            self.signIns == nil ? health : "<div class=\"two\">\(signIns)<div>\(health)</div></div>"
        let follow: HTML = countedAt == nil ? " data-follow" : ""
        return frame.page(
            t.title,
            in: .overview,
            """
            <div id="results"\(follow)><div class="figures">\(tiles)</div>\
            \(counted(frame, t))</div>\(lower)<p class="muted small">Muster \(version)</p>
            """
        )
    }

    /// Says so where the figures are not of this moment.
    private func counted(_ frame: Frame, _ t: OverviewTexts) -> HTML? {
        guard let countedAt else { return "<p class=\"note\" role=\"status\">\(t.counting)</p>" }
        guard countedAt < frame.now else { return nil }
        return "<p class=\"muted small asof\">\(t.countedAt) \(frame.time(countedAt))</p>"
    }
}
