package import MusterCore

extension OverviewPage {
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

    /// Why sign-ins were refused.
    package struct Reason: Sendable {
        /// The reason, as the log has it.
        package let text: String
        /// The action in the log.
        package let action: String
        /// How often.
        package let count: Int

        /// Builds a reason.
        package init(_ text: String, at action: String, count: Int) {
            self.text = text
            self.action = action
            self.count = count
        }
    }

    /// How sign-ins have gone.
    package struct SignIns: Sendable {
        /// The hours or days, oldest first.
        package let parts: [Part]
        /// Why sign-ins were refused, the most frequent reasons first.
        package let reasons: [Reason]
        /// From when on events were read.
        package let since: Timestamp
        /// Whether there may be more events than were looked at.
        package let isPartial: Bool

        /// Builds figures.
        package init(parts: [Part], reasons: [Reason], since: Timestamp, isPartial: Bool) {
            self.parts = parts
            self.reasons = reasons
            self.since = since
            self.isPartial = isPartial
        }
    }
}

extension OverviewPage.SignIns {
    /// The card with columns and table, and the one with reasons.
    func html(_ frame: Frame, _ span: OverviewPage.Span) -> HTML {
        let t = frame.texts.overview
        let partial: HTML? = isPartial ? "<p class=\"muted small\">\(t.partial)</p>" : nil
        let spans: [HTML] = OverviewPage.Span.allCases.map { other in
            let mark: HTML = other == span ? " aria-current=\"page\"" : ""
            let name = other == .day ? t.day : t.month
            return "<li><a href=\"/admin?span=\(other.rawValue)\"\(mark)>\(name)</a></li>"
        }
        return """
            <div><section class="card"><div class="head"><div><h2>\(span == .day ? t.lastDay : t.lastMonth)</h2></div>\
            <nav aria-label="\(t.span)"><ul class="tabs">\(spans)</ul></nav></div><figure>\(chart(t, span))</figure>\
            <p class="key"><span>\(t.signIns)</span><span class="out">\(t.refusals)</span></p>\(table(frame, t, span))\(partial)</section>\
            <section class="card"><h2>\(t.reasons)</h2>\(reasonTable(t))</section></div>
            """
    }

    /// The log of some time, of one action or of all.
    private func log(_ action: String, from: Timestamp, until: Timestamp? = nil) -> String {
        let values = [("action", action), ("from", from.text), ("until", until?.text ?? "")]
        return "/admin/audit?"
            + values.filter { !$0.1.isEmpty }
            .map { "\($0.0)=\(Frame.escapedInQuery($0.1))" }
            .joined(separator: "&")
    }

    private func table(_ frame: Frame, _ t: OverviewTexts, _ span: OverviewPage.Span) -> HTML {
        let rows = parts.reversed().filter { $0.signIns + $0.refusals > 0 }.map { part -> HTML in
            let end = part.start.advanced(by: .milliseconds(span.partMilliseconds - 1))
            let began = log(AuditAction.sessionCreate.rawValue, from: part.start, until: end)
            let all = log("", from: part.start, until: end)
            return """
                <tr><td>\(frame.time(part.start))</td><td class="number"><a href="\(began)">\(part.signIns)\
                <span class="unseen"> \(t.signIns)</span></a></td>\
                <td class="number"><a href="\(all)">\(part.refusals)<span class="unseen"> \(t.refusals)</span></a></td></tr>
                """
        }
        guard !rows.isEmpty else { return "<p class=\"muted\">\(t.nothing)</p>" }
        return """
            <details class="more"><summary>\(t.asTable)</summary><table><thead><tr><th scope="col">\(span == .day ? t.hour : t.dayOf)</th>\
            <th scope="col" class="number">\(t.signIns)</th><th scope="col" class="number">\(t.refusals)</th></tr></thead>\
            <tbody>\(rows)</tbody></table></details>
            """
    }

    private func reasonTable(_ t: OverviewTexts) -> HTML {
        guard !reasons.isEmpty else { return "<p class=\"muted\">\(t.noRefusals)</p>" }
        let rows = reasons.map { reason -> HTML in
            """
            <tr><td>\(reason.text)</td><td class="number"><a href="\(log(reason.action, from: since))">\(reason.count)\
            <span class="unseen"> \(reason.text)</span></a></td></tr>
            """
        }
        return """
            <table><thead><tr><th scope="col">\(t.reason)</th><th scope="col" class="number">\(t.count)</th></tr></thead>\
            <tbody>\(rows)</tbody></table>
            """
    }

    /// Columns of the hours; the same figures stand in the table.
    private func chart(_ t: OverviewTexts, _ span: OverviewPage.Span) -> HTML {
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
            <p class="ends number"><span>\(most)</span></p>\
            <svg class="chart" viewBox="0 0 \(width) \(height + 1)" role="img" aria-label="\(t.chart)">\
            <line class="axis" x1="0" x2="\(width)" y1="\(height)" y2="\(height)"/>\(columns)</svg>\
            <p class="ends"><span>-\(parts.count) \(span == .day ? t.hours : t.days)</span><span>\(t.now)</span></p>
            """
    }
}
