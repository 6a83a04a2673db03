/// The settings in force, to be read.
package enum SettingsPage {
    /// One setting.
    package struct Row: Sendable {
        /// What is set.
        package let name: String
        /// As what.
        package let value: String

        /// Builds a row.
        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The page.
    package static func html(_ frame: Frame, _ rows: [Row]) -> HTML {
        let t = frame.texts.settings
        let items = rows.map { row -> HTML in
            "<tr><td data-label=\"\(t.setting)\" class=\"mono\">\(row.name)</td><td data-label=\"\(t.value)\">\(row.value)</td></tr>"
        }
        return frame.page(
            t.title,
            in: .settings,
            width: .narrow,
            """
            <p class="note">\(t.hint)</p><section class="card plain"><table class="stack"><thead><tr><th scope="col">\(t.setting)</th>\
            <th scope="col">\(t.value)</th></tr></thead><tbody>\(items)</tbody></table></section>
            """
        )
    }
}

/// The texts of the settings.
package struct SettingsTexts: Sendable {
    var title = "Rules in force"
    var hint =
        "They are set where the server is started; the command muster config shows all settings and where each comes from."
    var setting = "Setting"
    var value = "Value"
    package var none = "none"
}
