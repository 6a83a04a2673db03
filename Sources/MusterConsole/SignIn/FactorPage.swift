/// Where somebody whose password was right shows a second factor.
package struct FactorPage: Sendable {
    /// By what it may be shown, in the words of the API, the strongest first.
    package var kinds: [String]
    /// Where to go afterwards.
    package var next: String
    /// Whether the last answer was wrong.
    package var isRefused = false
    /// The fields that carry a form which was sent when its session had ended.
    package var kept: [(name: String, value: String)] = []

    /// A form for some kinds.
    package init(kinds: [String], next: String) {
        self.kinds = kinds
        self.next = next
    }

    private func has(_ kind: String) -> Bool { kinds.contains(kind) }

    /// The page.
    package func html(_ frame: Frame) -> HTML {
        let t = frame.texts.signIn
        var frame = frame
        if isRefused { frame.notice = Frame.Notice(.bad, "\(t.wrongCode)") }
        let names = kinds.compactMap { kind in
            switch kind {
            case "totp": t.hintApp
            case "sms": t.hintSMS
            case "email": t.hintEmail
            case "recovery": t.hintRecovery
            default: nil
            }
        }
        let hint: [HTML] = names.map { "<span>\($0)</span> " }
        let code = frame.input(
            "code",
            t.code,
            hint: "\(hint)",
            attributes:
                " autocomplete=\"one-time-code\" autocapitalize=\"characters\" spellcheck=\"false\" required autofocus"
        )
        let codeForm: HTML =
            names.isEmpty
            ? ""
            : """
            <form method="post" action="/sign-in/factor"><input type="hidden" name="next" value="\(next)">\(hidden(kept))\
            \(code)<button class="main wide">\(t.submit)</button></form>
            """
        return frame.strangerPage(
            t.factorTitle,
            "\(passkey(t))\(codeForm)\(senders(t))<p></p><p class=\"small\"><a href=\"/sign-in\">\(t.other)</a></p>"
        )
    }

    private func passkey(_ t: SignInTexts) -> HTML {
        guard has("webauthn") else { return .empty }
        return """
            \(resumeForm(kept))<div data-needs="passkeys" hidden>
            <button type="button" class="main wide" data-passkey="factor" data-next="\(next)">\(t.usePasskey)</button>
            <p class="error" role="alert" data-passkey-error data-text="\(t.passkeyFailed)"></p>
            <p class="or">\(t.or)</p></div><noscript><p class="note warn">\(t.passkeyNeedsScript)</p></noscript>
            """
    }

    private func senders(_ t: SignInTexts) -> [HTML] {
        [("sms", t.sendSMS), ("email", t.sendEmail)].filter { has($0.0) }.map { channel, text in
            """
            <form method="post" action="/sign-in/send"><input type="hidden" name="next" value="\(next)">\(hidden(kept))\
            <input type="hidden" name="channel" value="\(channel)"><p></p>\
            <button class="wide">\(text)</button></form>
            """
        }
    }
}
