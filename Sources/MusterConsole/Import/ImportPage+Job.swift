extension ImportPage {
    /// One import: how far it is, what was found, and what can be done with it.
    package static func job(_ frame: Frame, _ id: String, _ state: ImportState) -> HTML {
        let t = frame.texts.imports
        let path = "/admin/import/\(id)"
        let name = state.name.isEmpty ? t.pasted : state.name
        let isUnderWay = state.phase.isUnderWay
        let follow: HTML = isUnderWay ? " data-follow" : ""
        let again: HTML? =
            isUnderWay ? "<p class=\"small\"><a href=\"\(path)\">\(t.reload)</a></p>" : nil
        return frame.page(
            t.title,
            in: .users,
            width: .narrow,
            head: head(frame),
            """
            <div id="results"\(follow)><section class="card"><h2><bdi>\(name)</bdi></h2>\(standing(state, t))\
            \(figures(state, t))\(again)\(actions(frame, path, state))</section>\(faults(state, t))</div>
            """
        )
    }

    private static func standing(_ state: ImportState, _ t: ImportTexts) -> HTML {
        let kind = state.phase == .stopped || state.failed > 0 ? "bad" : "good"
        let text: HTML
        switch state.phase {
        case .looking, .writing:
            return """
                <p role="status">\(name(of: state.phase, t))</p><progress max="\(max(state.total, 1))" value="\(state.seen)" \
                aria-label="\(t.progress)"></progress><p class="small muted number">\(state.seen) / \(state.total) \(t.lines)</p>
                """
        case .looked: text = "\(state.failed > 0 ? t.lookedBad : t.lookedGood)"
        case .done: text = "\(t.doneHint)"
        case .stopped: text = "\(state.error ?? t.stopped)"
        }
        return "<div class=\"note \(kind)\" role=\"status\">\(text)</div>"
    }

    private static func figures(_ state: ImportState, _ t: ImportTexts) -> HTML {
        let isDone = state.phase == .done || state.phase == .writing || state.phase == .stopped
        let names = isDone ? [t.created, t.updated] : [t.wouldCreate, t.wouldUpdate]
        let values = [
            (names[0], state.created), (names[1], state.updated), (t.unchanged, state.unchanged),
            (t.failed, state.failed),
        ]
        let tiles: [HTML] = values.map { name, value in
            "<div class=\"figure\"><span class=\"value\">\(value)</span><span class=\"name\">\(name)</span></div>"
        }
        return "<div class=\"figures\">\(tiles)</div>"
    }

    private static func actions(_ frame: Frame, _ path: String, _ state: ImportState) -> HTML {
        let t = frame.texts.imports
        switch state.phase {
        case .looking, .writing: return .empty
        case .looked where state.failed == 0:
            let start = frame.form("\(path)/start") {
                "<button class=\"main\">\(t.start): \(state.created + state.updated)</button>"
            }
            let discard = frame.form("\(path)/discard") { "<button>\(t.discard)</button>" }
            return "<div class=\"actions\">\(start)\(discard)</div>"
        default:
            return """
                <div class="actions"><a class="button main" href="/admin/users">\(t.users)</a>\
                <a class="button" href="/admin/import">\(t.another)</a></div>
                """
        }
    }

    private static func faults(_ state: ImportState, _ t: ImportTexts) -> HTML {
        guard !state.faults.isEmpty else { return .empty }
        let rows: [HTML] = state.faults.map { fault in
            """
            <tr><td class="number" data-label="\(t.line)">\(fault.line)</td>\
            <td data-label="\(t.field)" class="mono">\(fault.field)</td><td data-label="\(t.reason)">\(fault.reason)</td></tr>
            """
        }
        let rest = state.failed - state.faults.count
        let more: HTML? = rest > 0 ? "<p class=\"muted small\">\(rest) \(t.more)</p>" : nil
        return """
            <section class="card plain"><table class="stack"><thead><tr><th scope="col" class="number">\(t.line)</th>\
            <th scope="col">\(t.field)</th><th scope="col">\(t.reason)</th></tr></thead><tbody>\(rows)</tbody></table></section>\(more)
            """
    }
}
