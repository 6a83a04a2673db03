package import MusterCore

/// Asks once more before something is done with many users, and tells what came of it.
package enum BulkPage {
    /// What came of one of them.
    package struct Outcome: Sendable {
        /// The login name, or the number where the user was gone.
        package let name: String
        /// Why it was not done; nil if it was.
        package let error: String?

        /// Builds an outcome.
        package init(_ name: String, error: String?) {
            self.name = name
            self.error = error
        }
    }

    /// Asks, with all names written out.
    package static func confirm(
        _ frame: Frame,
        _ action: BulkAction,
        _ users: [User],
        groups: [Group],
        choice: FieldState = FieldState()
    ) -> HTML {
        let t = frame.texts.users
        let items: [HTML] = users.map {
            "<li><bdi>\($0.username.text)</bdi><input type=\"hidden\" name=\"user\" value=\"\($0.id.rawValue)\"></li>"
        }
        let choices = groups.map { (value: "\($0.id.rawValue)", label: $0.name) }
        let about: HTML =
            action.isAboutGroup
            ? frame.choice("group", t.group, choices, choice)
            : action.isAboutWays ? wayBoxes(frame, t, choice) : .empty
        let style: HTML = action.isHarsh ? "danger" : "main"
        guard !action.isAboutGroup || !choices.isEmpty else {
            return frame.page(
                action.name(t),
                in: .users,
                width: .narrow,
                "<section class=\"card none\">\(t.noGroup)</section><p><a class=\"button\" href=\"/admin/users\">\(t.back)</a></p>"
            )
        }
        let form = frame.form("/admin/users/bulk") {
            """
            <input type="hidden" name="action" value="\(action.rawValue)"><input type="hidden" name="confirmed" value="yes">\
            <ul class="codes">\(items)</ul><p></p>\(about)<div class="actions">\
            <button class="\(style)">\(action.name(t)): \(users.count)</button>\
            <a class="button" href="/admin/users">\(frame.texts.frame.cancel)</a></div>
            """
        }
        return frame.page(
            action.name(t),
            in: .users,
            width: .narrow,
            "<section class=\"card\">\(form)</section>"
        )
    }

    private static func wayBoxes(_ frame: Frame, _ t: UsersTexts, _ state: FieldState) -> HTML {
        let marks: HTML =
            state.error == nil ? "" : " aria-invalid=\"true\" aria-describedby=\"e-way\""
        let boxes: [HTML] = BulkWay.allCases.map { way in
            frame.check(
                "way",
                "\(way.name(t))",
                isOn: false,
                value: way.rawValue,
                attributes: marks
            )
        }
        let error: HTML? = state.error.map {
            "<p class=\"error\" id=\"e-way\" role=\"alert\">\($0)</p>"
        }
        return "<fieldset class=\"field\"><legend>\(t.waysIn)</legend>\(boxes)\(error)</fieldset>"
    }

    /// Tells what came of each.
    package static func results(_ frame: Frame, _ action: BulkAction, _ outcomes: [Outcome]) -> HTML
    {
        let t = frame.texts.users
        let failed = outcomes.count { $0.error != nil }
        let rows = outcomes.map { outcome -> HTML in
            let result: HTML =
                outcome.error.map { "<span class=\"tag bad\">\(t.notDone)</span> \($0)" }
                ?? "<span class=\"tag good\">\(t.done)</span>"
            return "<tr><td><bdi>\(outcome.name)</bdi></td><td>\(result)</td></tr>"
        }
        var frame = frame
        let told: HTML = "\(outcomes.count - failed) \(t.ofThemDone), \(failed) \(t.ofThemNot)."
        frame.notice = Frame.Notice(failed == 0 ? .good : .warn, told)
        return frame.page(
            action.name(t),
            in: .users,
            width: .narrow,
            """
            <section class="card plain"><table><thead><tr><th scope="col">\(t.user)</th><th scope="col">\(t.result)</th></tr>\
            </thead><tbody>\(rows)</tbody></table></section><p><a class="button" href="/admin/users">\(t.back)</a></p>
            """
        )
    }
}
