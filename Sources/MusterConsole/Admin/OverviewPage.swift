package import MusterCore

/// How the directory fares.
package struct OverviewPage: Sendable {
    /// How many of something there are, and where they are listed.
    package struct Figure: Sendable {
        /// What is counted.
        package let name: String
        /// How many there are.
        package let value: Int
        /// Where they are listed.
        package let path: String

        /// Builds a figure.
        package init(_ name: String, _ value: Int, _ path: String) {
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

    /// What happened in an hour or a day.
    package struct Part: Sendable {
        /// When it began.
        package let start: Timestamp
        /// How many sessions began.
        package var signIns = 0
        /// How many sign-ins were refused.
        package var refusals = 0

        /// A time in which nothing happened.
        package init(_ start: Timestamp) {
            self.start = start
        }
    }

    /// The figures.
    package let figures: [Figure]
    /// How far back sign-ins are counted.
    package let span: Span
    /// The hours or days, oldest first; empty where the viewer may not look at the log.
    package let parts: [Part]
    /// Why sign-ins were refused, the most frequent reasons first.
    package let reasons: [(reason: String, count: Int)]
    /// Whether there were more events than were looked at.
    package let isPartial: Bool
    /// The program's version.
    package let version: String

    /// Builds the page.
    package init(
        _ figures: [Figure],
        _ span: Span,
        parts: [Part],
        reasons: [(reason: String, count: Int)],
        isPartial: Bool,
        version: String
    ) {
        self.figures = figures
        self.span = span
        self.parts = parts
        self.reasons = reasons
        self.isPartial = isPartial
        self.version = version
    }

    /// The page.
    package func html(_ frame: Frame) -> HTML {
        let t = frame.texts.overview
        let tiles = figures.map { figure -> HTML in
            """
            <a class="figure" href="\(figure.path)"><span class="value">\(figure.value)</span>\
            <span class="name">\(figure.name)</span></a>
            """
        }
        return frame.page(
            t.title,
            in: .overview,
            """
            <div class="figures">\(tiles)</div>\(parts.isEmpty ? .empty : signIns(frame, t))\
            <p class="muted small">Muster \(version)</p>
            """
        )
    }

    private func signIns(_ frame: Frame, _ t: OverviewTexts) -> HTML {
        let rows = parts.reversed().filter { $0.signIns + $0.refusals > 0 }.map { part -> HTML in
            """
            <tr><td>\(frame.time(part.start))</td><td class="number">\(part.signIns)</td>\
            <td class="number">\(part.refusals)</td></tr>
            """
        }
        let table: HTML =
            rows.isEmpty
            ? "<p class=\"muted\">\(t.nothing)</p>"
            : """
            <details class="more"><summary>\(t.asTable)</summary><table><thead><tr><th scope="col">\(span == .day ? t.hour : t.dayOf)</th>\
            <th scope="col" class="number">\(t.signIns)</th><th scope="col" class="number">\(t.refusals)</th></tr></thead>\
            <tbody>\(rows)</tbody></table></details>
            """
        let why = reasons.map {
            "<tr><td>\($0.reason)</td><td class=\"number\">\($0.count)</td></tr>" as HTML
        }
        let reasonTable: HTML =
            why.isEmpty
            ? "<p class=\"muted\">\(t.noRefusals)</p>"
            : """
            <table><thead><tr><th scope="col">\(t.reason)</th><th scope="col" class="number">\(t.count)</th></tr></thead>\
            <tbody>\(why)</tbody></table>
            """
        let partial: HTML? = isPartial ? "<p class=\"muted small\">\(t.partial)</p>" : nil
        let spans: [HTML] = Span.allCases.map { other in
            let mark: HTML = other == span ? " aria-current=\"page\"" : ""
            let name = other == .day ? t.day : t.month
            return "<li><a href=\"/admin?span=\(other.rawValue)\"\(mark)>\(name)</a></li>"
        }
        return """
            <div class="two"><section class="card"><div class="head"><div><h2>\(span == .day ? t.lastDay : t.lastMonth)</h2></div>\
            <nav aria-label="\(t.span)"><ul class="tabs">\(spans)</ul></nav></div><figure>\(chart(t))</figure>\
            <p class="key"><span>\(t.signIns)</span><span class="out">\(t.refusals)</span></p>\(table)\(partial)</section>\
            <section class="card"><h2>\(t.reasons)</h2>\(reasonTable)</section></div>
            """
    }

    /// Columns of the hours; the same figures stand in the table.
    private func chart(_ t: OverviewTexts) -> HTML {
        let most = max(parts.map { $0.signIns + $0.refusals }.max() ?? 0, 1)
        let (height, step) = (120, 576 / max(parts.count, 1))
        let columns = parts.enumerated().map { place, part -> HTML in
            let x = place * step + 3
            let signIns = part.signIns * height / most
            let refusals = part.refusals * height / most
            return """
                <rect class="in" x="\(x)" y="\(height - signIns)" width="\(step - 6)" height="\(signIns)" rx="2"/>\
                <rect class="out" x="\(x)" y="\(height - signIns - refusals)" width="\(step - 6)" height="\(refusals)" rx="2"/>
                """
        }
        let width = max(parts.count, 1) * step
        return """
            <svg class="chart" viewBox="0 0 \(width) \(height + 18)" role="img" aria-label="\(t.chart)">\
            <line class="axis" x1="0" x2="\(width)" y1="\(height)" y2="\(height)"/>\(columns)\
            <text x="0" y="\(height + 14)">-\(parts.count) \(span == .day ? t.hours : t.days)</text>\
            <text x="\(width)" y="\(height + 14)" text-anchor="end">\(t.now)</text><text x="2" y="10">\(most)</text></svg>
            """
    }
}

/// The texts of the overview.
package struct OverviewTexts: Sendable {
    var title = "Overview"
    package var users = "users"
    package var enabled = "enabled"
    package var disabled = "disabled"
    package var locked = "locked now"
    package var expired = "expired"
    package var noFactor = "without codes at sign-in"
    package var unused = "unused for 90 days"
    package var sessions = "open sessions"
    var lastDay = "Sign-ins in the last 24 hours"
    var lastMonth = "Sign-ins in the last 30 days"
    var span = "How far back"
    var day = "Day"
    var month = "Month"
    var hours = "h"
    var days = "days"
    var dayOf = "Day (UTC)"
    var signIns = "Sign-ins"
    var refusals = "Refused"
    var hour = "Hour"
    var asTable = "As a table"
    var nothing = "Nobody has tried to sign in."
    var noRefusals = "Nothing was refused."
    var reasons = "Why sign-ins were refused"
    var reason = "Reason"
    var count = "Count"
    var chart = "Sign-ins and refusals as columns; the table below has the same figures."
    var now = "now"
    var partial = "There were more events than are counted here; the audit log has all of them."
}
