package import MusterCore

/// The steps of setting up and removing second factors.
package enum FactorPages {
    /// Asks what a new app is called.
    package static func newApp(_ frame: Frame, label: FieldState, password: FieldState?) -> HTML {
        let t = frame.texts.security
        let form = frame.form("/account/security/app") {
            """
            \(frame.input("label", t.label, label, hint: "\(t.appLabelHint)", attributes: " maxlength=\"64\" autofocus"))\
            \(password.map { confirmation(frame, $0) })<button class="main">\(t.next)</button>
            """
        }
        return frame.accountPage(
            .security,
            title: t.appTitle,
            "<section class=\"card\">\(form)</section>"
        )
    }

    /// Shows the secret of an app that waits to be confirmed, once.
    package static func confirmApp(
        _ frame: Frame,
        id: FactorID,
        secret: String,
        uri: String,
        picture: HTML,
        code: FieldState
    ) -> HTML {
        let t = frame.texts.security
        let form = frame.form("/account/security/app/confirm") {
            """
            <input type="hidden" name="id" value="\(id.rawValue)"><input type="hidden" name="secret" value="\(secret)">\
            <input type="hidden" name="uri" value="\(uri)">\
            <p>\(t.scan)</p><div class="qr" role="img" aria-label="\(t.scan)">\(picture)</div><p></p>\
            <label for="secret">\(t.byHand)</label><div class="secret"><input id="secret" readonly value="\(secret)">\
            <button type="button" data-copy="secret" data-done="\(t.copied)" hidden>\(t.copy)</button></div><p></p>\
            \(frame.input("code", t.appCode, code, attributes: " autocomplete=\"one-time-code\" inputmode=\"numeric\" required"))\
            <button class="main">\(t.confirm)</button>
            """
        }
        return frame.accountPage(
            .security,
            title: t.appTitle,
            "<section class=\"card\">\(form)</section>"
        )
    }

    /// Asks for the code that was sent to a phone.
    package static func phoneCode(_ frame: Frame, code: FieldState) -> HTML {
        let t = frame.texts.security
        let form = frame.form("/account/security/phone/verify") {
            """
            \(frame.input("code", t.phoneCode, code, attributes: " autocomplete=\"one-time-code\" inputmode=\"numeric\" required autofocus"))\
            <button class="main">\(t.verify)</button>
            """
        }
        return frame.accountPage(
            .security,
            title: t.phoneTitle,
            "<section class=\"card\">\(form)</section>"
        )
    }

    /// Shows recovery codes, once.
    package static func recoveryCodes(_ frame: Frame, _ codes: [String]) -> HTML {
        let t = frame.texts.security
        let items: [HTML] = codes.map { "<li>\($0)</li>" }
        // The server keeps digests alone: what is to be in the file comes back from the page.
        let file = frame.form("/account/security/recovery/file") {
            """
            <input type="hidden" name="codes" value="\(codes.joined(separator: " "))"><button>\(t.saveCodes)</button>
            """
        }
        return frame.accountPage(
            .security,
            title: t.newCodes,
            """
            <section class="card"><p>\(t.newCodesHint)</p><ul class="codes">\(items)</ul><p></p>\
            <div class="actions">\(file)<button type="button" data-print hidden>\(t.print)</button>\
            <a class="button main" href="/account/security">\(t.done)</a></div></section>
            """
        )
    }

    /// Asks whether a factor shall go.
    package static func remove(_ frame: Frame, _ factor: Factor, password: FieldState?) -> HTML {
        let t = frame.texts.security
        let form = frame.form("/account/security/factors/\(factor.id.rawValue)") {
            """
            <p><strong><bdi>\(factor.label)</bdi></strong></p><p class="muted">\(t.removeHint)</p><p></p>\
            \(password.map { confirmation(frame, $0) })<div class="actions"><button class="danger">\(t.remove)</button>\
            <a class="button" href="/account/security">\(frame.texts.frame.cancel)</a></div>
            """
        }
        return frame.accountPage(
            .security,
            title: t.removeTitle,
            "<section class=\"card\">\(form)</section>"
        )
    }

    /// Asks for the password before something that a stolen session must not do, and goes on with the form as it was.
    package static func confirm(
        _ frame: Frame,
        path: String,
        fields: [(name: String, value: String)],
        password: FieldState
    ) -> HTML {
        let t = frame.texts.security
        let kept: [HTML] = fields.map {
            "<input type=\"hidden\" name=\"\($0.name)\" value=\"\($0.value)\">"
        }
        let form = frame.form(path) {
            "\(kept)\(confirmation(frame, password))<button class=\"main\">\(t.confirm)</button>"
        }
        return frame.accountPage(
            .security,
            title: t.confirmTitle,
            "<section class=\"card\"><p class=\"muted\">\(t.confirmHint)</p>\(form)</section>"
        )
    }

    /// A field for the password by which somebody proves who it is, and a passkey in its place where there is one.
    static func confirmation(_ frame: Frame, _ state: FieldState) -> HTML {
        let password = frame.input(
            "password",
            frame.texts.account.currentPassword,
            state,
            type: "password",
            attributes: " autocomplete=\"current-password\" required"
        )
        return "\(frame.passkeyProof)\(password)"
    }
}

extension Frame {
    /// A button by which a passkey stands in for the password of the form that it is in; nothing if there is none.
    ///
    /// The script takes the field of the present password out of the form once the passkey has signed, and sends it.
    var passkeyProof: HTML {
        guard takesPasskey else { return .empty }
        let t = texts.signIn
        return """
            <div data-needs="passkeys" hidden><button type="button" class="wide" data-passkey="confirm">\(t.usePasskey)</button>\
            <p class="error" role="alert" data-passkey-error data-text="\(t.passkeyFailed)"></p><p class="or">\(t.or)</p></div>\
            <noscript><p class="muted">\(texts.security.passkeyNeedsScript)</p></noscript>
            """
    }
}
