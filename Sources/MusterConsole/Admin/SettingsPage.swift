/// The settings in force, to be read.
package enum SettingsPage {
    /// One setting.
    package struct Row: Sendable {
        /// What is set.
        package let name: String
        /// As what; empty for nothing.
        package let value: String
        /// Where the value comes from; nil if that is not known.
        package let source: String?

        /// Builds a row.
        package init(_ name: String, _ value: String, from source: String? = nil) {
            self.name = name
            self.value = value
            self.source = source
        }
    }

    /// The page.
    package static func html(_ frame: Frame, _ rows: [Row]) -> HTML {
        let t = frame.texts.settings
        let hasSources = rows.contains { $0.source != nil }
        let items = rows.map { row -> HTML in
            let value: HTML =
                row.value.isEmpty
                ? "<span class=\"muted\">\(t.none)</span>" : "<bdi>\(row.value)</bdi>"
            let source: HTML? =
                hasSources ? "<td data-label=\"\(t.source)\">\(row.source)</td>" : nil
            return """
                <tr><td data-label="\(t.setting)" class="mono"><bdi>\(Frame.dotted(row.name))</bdi></td>\
                <td data-label="\(t.value)">\(value)</td>\(source)</tr>
                """
        }
        let head: HTML? = hasSources ? "<th scope=\"col\">\(t.source)</th>" : nil
        return frame.page(
            t.title,
            in: .settings,
            width: hasSources ? .wide : .narrow,
            """
            <p class="note">\(t.hint)</p><section class="card plain"><table class="stack"><thead><tr><th scope="col">\(t.setting)</th>\
            <th scope="col">\(t.value)</th>\(head)</tr></thead><tbody>\(items)</tbody></table></section>
            """
        )
    }
}

/// The texts of the settings.
package struct SettingsTexts: Sendable {
    var title = "Settings in force"
    var hint =
        "They are set where the server is started, and are read when it starts. Secrets are not shown."
    var setting = "Setting"
    var value = "Value"
    var source = "Comes from"
    package var none = "none"
}
