/// Where somebody who had to sign in again sends what was typed before.
package enum ResumePage {
    /// Fields that pages have for themselves.
    private static let unseen = ["revision", "masks", "confirmed", "id", "session", "fingerprint"]

    /// The page, with all that will be sent to a path.
    package static func html(
        _ frame: Frame,
        path: String,
        values: [(name: String, value: String)],
        passwords: [String]
    ) -> HTML {
        let t = frame.texts.signIn
        let shown = values.filter { pair in
            !pair.value.isEmpty && !unseen.contains { $0.utf8.elementsEqual(pair.name.utf8) }
        }
        let facts: [HTML] = shown.map {
            "<dt>\(frame.texts.label(of: $0.name))</dt><dd><bdi>\($0.value)</bdi></dd>"
        }
        let asked = passwords.map { name in
            frame.input(
                name,
                name.utf8.count > 8 ? frame.texts.account.currentPassword : t.password,
                type: "password",
                attributes: " autocomplete=\"off\" required"
            )
        }
        let form = frame.form(path) {
            """
            \(hidden(values))\(asked)<div class="actions"><button class="main">\(t.send)</button>\
            <a class="button" href="/">\(t.leave)</a></div>
            """
        }
        return frame.strangerPage(
            t.resumeTitle,
            "<p>\(t.resumeHint)</p><p></p><dl class=\"facts\">\(facts)</dl><p></p>\(form)"
        )
    }
}
