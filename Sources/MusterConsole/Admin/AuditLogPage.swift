package import MusterCore

/// The audit log.
package struct AuditLogPage: Sendable {
    /// What is looked for, as it stands in the query.
    package struct Filters: Sendable {
        package var who = FieldState()
        package var whom = FieldState()
        package var action = ""
        package var from = FieldState()
        package var until = FieldState()

        /// Nothing is looked for.
        package init() {}
    }

    /// What is looked for.
    package let filters: Filters
    /// The events that were found, newest first.
    package let events: [AuditEvent]
    /// How many there are; nil if they were not counted.
    package let total: ListTotal?
    /// The query of the next page; nil if there is none.
    package let next: String?

    /// Builds the page.
    package init(_ filters: Filters, _ events: [AuditEvent], total: ListTotal?, next: String?) {
        self.filters = filters
        self.events = events
        self.total = total
        self.next = next
    }

    /// The page.
    package func html(_ frame: Frame) -> HTML {
        let t = frame.texts.audit
        let actions =
            [(value: "", label: t.any)] + AuditAction.all.map { ($0.rawValue, $0.rawValue) }
        let count: HTML =
            total.map { "\(events.count) / \($0.isEstimate ? "≈ " : "")\($0.count)" }
            ?? "\(events.count)"
        let more: HTML =
            next.map {
                "<a class=\"button\" href=\"/admin/audit?\($0)\" rel=\"next\">\(t.older)</a>"
            } ?? ""
        return frame.page(
            t.title,
            in: .audit,
            """
            <form class="filters" method="get" action="/admin/audit" data-live role="search">\
            \(field("who", t.who, filters.who))\(field("whom", t.whom, filters.whom))\
            <div><label for="s-action">\(t.action)</label><select id="s-action" name="action">\
            \(Frame.options(actions, chosen: filters.action))</select></div>\
            \(field("from", t.from, filters.from, hint: "2026-01-31T00:00:00Z"))\(field("until", t.until, filters.until, hint: "2026-02-28T23:59:59Z"))\
            <button>\(t.find)</button><label class="check" hidden><input type="checkbox" data-keep-up>\
            <span>\(t.follow)</span></label></form><div id="results" aria-live="polite"><section class="card plain">\
            \(AuditLogPage.table(frame, events))</section><div class="pager"><span class="muted small">\(count)</span>\(more)</div></div>
            """
        )
    }

    private func field(
        _ name: String,
        _ label: String,
        _ state: FieldState,
        hint: String = ""
    ) -> HTML {
        let mark: HTML = state.error == nil ? "" : " aria-invalid=\"true\""
        return """
            <div class="search"><label for="s-\(name)">\(label)</label>\
            <input id="s-\(name)" name="\(name)" type="search" value="\(state.value)" placeholder="\(hint)" autocomplete="off" \
            aria-describedby="e-\(name)"\(mark)><p class="error" id="e-\(name)">\(state.error)</p></div>
            """
    }

    /// A list of events.
    static func table(_ frame: Frame, _ events: [AuditEvent]) -> HTML {
        let t = frame.texts.audit
        guard !events.isEmpty else {
            return "<div class=\"none\"><strong>\(t.nothing)</strong>\(t.nothingHint)</div>"
        }
        let rows = events.map { row($0, frame, t) }
        return """
            <table class="stack"><thead><tr><th scope="col">\(t.when)</th><th scope="col">\(t.what)</th>\
            <th scope="col">\(t.who)</th><th scope="col">\(t.whom)</th><th scope="col">\(t.place)</th></tr></thead>\
            <tbody>\(rows)</tbody></table>
            """
    }

    private static func row(_ event: AuditEvent, _ frame: Frame, _ t: AuditTexts) -> HTML {
        let failure: HTML? = event.isFailure ? " <span class=\"tag bad\">\(t.refused)</span>" : nil
        let fields: [HTML] = event.fields.map {
            "<span class=\"sub\"><span class=\"mono\">\($0.key)</span> <bdi>\($0.value)</bdi></span>"
        }
        let actor: HTML =
            event.actor.map { "<bdi>\($0.name)</bdi>" }
            ?? "<span class=\"muted\">\(t.stranger)</span>"
        let name: HTML? = event.impersonated.map {
            "<span class=\"sub\">\(t.inNameOf) <bdi>\($0.name)</bdi></span>"
        }
        // Its own moment finds an event again, however many have followed.
        let moment = Frame.escapedInQuery(event.at.text)
        let link = "/admin/audit?from=\(moment)&until=\(moment)#e-\(event.id)"
        return """
            <tr id="e-\(event.id)"><td data-label="\(t.when)"><a href="\(link)">\(frame.time(event.at))</a></td>\
            <td data-label="\(t.what)"><span><span class="mono">\(Frame.dotted(event.action.rawValue))</span>\(failure)\(fields)</span></td>\
            <td data-label="\(t.who)"><span>\(actor)\(name)</span></td>\
            <td data-label="\(t.whom)"><bdi>\(event.target?.name)</bdi></td>\
            <td data-label="\(t.place)" class="mono">\(event.address)</td></tr>
            """
    }
}

/// The texts of the audit log.
package struct AuditTexts: Sendable {
    var title = "Audit log"
    var any = "any"
    var who = "Who"
    var whom = "Whom"
    var what = "What"
    var when = "When"
    var action = "What"
    var place = "From"
    var from = "From (UTC)"
    var until = "Until (UTC)"
    var find = "Find"
    var follow = "Follow live"
    var older = "Older events"
    var nothing = "Nothing happened"
    var nothingHint = "No event fits all of this."
    var refused = "refused"
    var stranger = "somebody unknown"
    var inNameOf = "in the name of"
    package var noMoment = "Write a moment in UTC, such as 2026-01-31T00:00:00Z."
}
