extension UserPage {
    /// A field that is otherwise now than it was typed, where somebody else has changed the user meanwhile.
    package struct StaleField: Sendable {
        /// The field's name in the form.
        package let name: String
        /// What it is now.
        package let now: String
        /// What was typed.
        package let typed: String

        /// Builds a field.
        package init(_ name: String, now: String, typed: String) {
            self.name = name
            self.now = now
            self.typed = typed
        }
    }

    /// What differs, to be decided about; nothing where the page is as it should be.
    func staleBox(_ frame: Frame, _ t: UsersTexts) -> HTML {
        guard !stale.isEmpty else { return .empty }
        let rows = stale.map { field -> HTML in
            """
            <tr><th scope="row">\(frame.texts.label(of: field.name))</th><td data-label="\(t.isNow)"><bdi>\(field.now)</bdi></td>\
            <td data-label="\(t.youTyped)"><bdi>\(field.typed)</bdi></td></tr>
            """
        }
        return """
            <section id="stale" class="card"><h2>\(t.staleTitle)</h2><table class="stack"><thead><tr>\
            <th scope="col"><span class="unseen">\(t.field)</span></th><th scope="col">\(t.isNow)</th>\
            <th scope="col">\(t.youTyped)</th></tr></thead><tbody>\(rows)</tbody></table>\
            <p class="hintline"><a class="button" href="\(path)">\(t.takeNow)</a></p></section>
            """
    }
}
