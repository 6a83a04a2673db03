package import MusterCore

/// A value of a form: what was typed, and what is wrong with it.
package struct FieldState: Sendable {
    /// What stands in the field.
    package var value: String
    /// What is wrong with it, in a sentence; nil if nothing is.
    package var error: String?

    /// Builds a state.
    package init(_ value: String = "", error: String? = nil) {
        self.value = value
        self.error = error
    }
}

extension Frame {
    /// A form that changes something, with the token that every such form has.
    package func form(_ path: String, attributes: HTML = "", _ body: () -> HTML) -> HTML {
        """
        <form method="post" action="\(path)"\(attributes)>\
        <input type="hidden" name="token" value="\(formToken)"><input type="hidden" name="once" value="\(once)">\
        \(body())</form>
        """
    }

    /// A field of one line with its label, a hint and what is wrong with it.
    package func input(
        _ name: String,
        _ label: String,
        _ state: FieldState = FieldState(),
        type: String = "text",
        hint: HTML? = nil,
        attributes: HTML = ""
    ) -> HTML {
        let marks = marks(name, state, hasHint: hint != nil)
        let value: HTML = type == "password" ? "" : " value=\"\(state.value)\""
        return wrapped(
            name,
            label,
            state,
            hint,
            "<input id=\"f-\(name)\" name=\"\(name)\" type=\"\(type)\"\(value)\(marks)\(attributes)>"
        )
    }

    /// A field for the present password, on a page that has more than one of them.
    func ownPassword(_ id: String, _ state: FieldState) -> HTML {
        let marks = marks(id, state, hasHint: false)
        return wrapped(
            id,
            texts.account.currentPassword,
            state,
            nil,
            "<input id=\"f-\(id)\" name=\"password\" type=\"password\" autocomplete=\"current-password\" required\(marks)>"
        )
    }

    /// A field of several lines.
    package func area(
        _ name: String,
        _ label: String,
        _ state: FieldState = FieldState(),
        hint: HTML? = nil,
        attributes: HTML = ""
    ) -> HTML {
        let marks = marks(name, state, hasHint: hint != nil)
        return wrapped(
            name,
            label,
            state,
            hint,
            "<textarea id=\"f-\(name)\" name=\"\(name)\"\(marks)\(attributes)>\n\(state.value)</textarea>"
        )
    }

    /// A choice among a few values.
    package func choice(
        _ name: String,
        _ label: String,
        _ options: [(value: String, label: String)],
        _ state: FieldState,
        hint: HTML? = nil
    ) -> HTML {
        let marks = marks(name, state, hasHint: hint != nil)
        let items = Frame.options(options, chosen: state.value)
        return wrapped(
            name,
            label,
            state,
            hint,
            "<select id=\"f-\(name)\" name=\"\(name)\"\(marks)>\(items)</select>"
        )
    }

    /// The options of a choice.
    package static func options(
        _ options: [(value: String, label: String)],
        chosen: String
    ) -> [HTML] {
        options.map { option in
            let mark: HTML = Array(option.value.utf8) == Array(chosen.utf8) ? " selected" : ""
            return "<option value=\"\(option.value)\"\(mark)>\(option.label)</option>"
        }
    }

    /// A box to tick.
    package func check(
        _ name: String,
        _ label: HTML,
        isOn: Bool,
        value: String = "on",
        attributes: HTML = ""
    ) -> HTML {
        let mark: HTML = isOn ? " checked" : ""
        return """
            <label class="check"><input type="checkbox" name="\(name)" value="\(value)"\(mark)\(attributes)>\
            <span>\(label)</span></label>
            """
    }

    /// A name of parts with dots between them, which may be broken behind each where there is little room.
    package static func dotted(_ name: String) -> HTML {
        let parts = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        var html: HTML = .empty
        for (place, part) in parts.enumerated() {
            if place > 0 { html += ".<wbr>" }
            html += "\(String(Substring(part)))"
        }
        return html
    }

    private func marks(_ name: String, _ state: FieldState, hasHint: Bool) -> HTML {
        var names: [String] = []
        if state.error != nil { names.append("e-\(name)") }
        if hasHint { names.append("h-\(name)") }
        let described: HTML =
            names.isEmpty ? "" : " aria-describedby=\"\(names.joined(separator: " "))\""
        return state.error == nil ? described : "\(described) aria-invalid=\"true\""
    }

    private func wrapped(
        _ name: String,
        _ label: String,
        _ state: FieldState,
        _ hint: HTML?,
        _ control: HTML
    ) -> HTML {
        let error: HTML? = state.error.map { "<p class=\"error\" id=\"e-\(name)\">\($0)</p>" }
        let help: HTML? = hint.map { "<p class=\"hint\" id=\"h-\(name)\">\($0)</p>" }
        return """
            <div class="field"><label for="f-\(name)">\(label)</label>\(control)\(error)\(help)</div>
            """
    }

    /// A moment, with the exact instant; scripts show it in the reader's zone.
    package func time(_ moment: Timestamp?) -> HTML {
        guard let moment else { return "<span class=\"muted\">\(texts.frame.never)</span>" }
        let text = moment.text
        let shown = String(decoding: text.utf8.prefix(10), as: UTF8.self)
        let clock = String(decoding: text.utf8.dropFirst(11).prefix(5), as: UTF8.self)
        return "<time datetime=\"\(text)\" title=\"\(text)\">\(shown) \(clock) UTC</time>"
    }
}
