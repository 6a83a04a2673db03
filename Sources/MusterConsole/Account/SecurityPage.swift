package import MusterCore

/// One's own password and second factors.
package struct SecurityPage: Sendable {
    /// What there is.
    package let list: FactorList
    /// Whether codes can be sent by mail, by SMS, and whether passkeys can be used here.
    package let offers: (mail: Bool, sms: Bool, passkeys: Bool)
    /// Whether a factor has to be set up before anything else.
    package let mustEnrol: Bool
    /// The phone as it was typed.
    package var phone = FieldState()
    /// What is wrong with the password beside the phone.
    package var phonePassword = FieldState()
    /// By which ways codes shall go, as it was ticked; nil for as they go.
    package var ways: (mail: Bool, sms: Bool)?
    /// What is wrong with the password beside the ways.
    package var waysPassword = FieldState()
    /// What a new passkey shall be called.
    package var label = FieldState()

    /// Builds the page.
    package init(
        _ list: FactorList,
        offers: (mail: Bool, sms: Bool, passkeys: Bool),
        mustEnrol: Bool
    ) {
        self.list = list
        self.offers = offers
        self.mustEnrol = mustEnrol
    }

    /// The page.
    package func html(_ frame: Frame) -> HTML {
        let t = frame.texts.security
        var frame = frame
        if mustEnrol, frame.notice == nil { frame.notice = Frame.Notice(.warn, "\(t.mustEnrol)") }
        return frame.accountPage(
            .security,
            "\(password(frame, t))\(factors(frame, t))\(passkey(frame, t))\(codes(frame, t))\(recovery(frame, t))"
        )
    }

    private func password(_ frame: Frame, _ t: SecurityTexts) -> HTML {
        """
        <section class="card"><div class="head"><div><h2>\(t.password)</h2></div><div class="actions">\
        <a class="button" href="/account/password">\(frame.texts.account.password)</a></div></div>\
        <p class="muted">\(t.passwordHint)</p></section>
        """
    }

    private func factors(_ frame: Frame, _ t: SecurityTexts) -> HTML {
        let rows = list.factors.map { factor -> HTML in
            let kind = factor.kind == .passkey ? t.kindPasskey : t.kindApp
            let off: HTML? = factor.isOff ? " <span class=\"tag bad\">\(t.off)</span>" : nil
            return """
                <tr><td><strong><bdi>\(factor.label)</bdi></strong>\(off)<span class="sub">\(kind)</span></td>\
                <td data-label="\(t.added)">\(frame.time(factor.createdAt))</td>\
                <td data-label="\(t.used)">\(frame.time(factor.lastUsedAt))</td>\
                <td class="end"><a class="button small" href="/account/security/factors/\(factor.id.rawValue)">\
                \(t.remove)<span class="unseen"> \(factor.label)</span></a></td></tr>
                """
        }
        let table: HTML =
            rows.isEmpty
            ? "<div class=\"none\"><strong>\(t.noFactors)</strong>\(t.noFactorsHint)</div>"
            : """
            <table class="stack"><thead><tr><th scope="col">\(t.factor)</th><th scope="col">\(t.added)</th>\
            <th scope="col">\(t.used)</th><th><span class="unseen">\(t.remove)</span></th></tr></thead>\
            <tbody>\(rows)</tbody></table>
            """
        return """
            <section class="card"><div class="head"><div><h2>\(t.factors)</h2></div><div class="actions">\
            <a class="button main" href="/account/security/app">\(t.addApp)</a></div></div>\(table)</section>
            """
    }

    private func passkey(_ frame: Frame, _ t: SecurityTexts) -> HTML {
        guard offers.passkeys else {
            return
                "<section class=\"card\"><h2>\(t.newPasskey)</h2><p class=\"muted\">\(t.passkeyNeedsAddress)</p></section>"
        }
        let form = frame.form("/account/security/passkeys") {
            """
            <input type="hidden" name="credential">\
            \(frame.input("label", t.label, label, hint: "\(t.passkeyLabelHint)", attributes: " maxlength=\"64\""))\
            \(proof(frame, t))<div data-needs="passkeys" hidden><button type="button" data-passkey="add">\(t.addPasskey)</button>\
            <p class="error" role="alert" data-passkey-error data-text="\(t.passkeyFailed)"></p></div>\
            <noscript><p class="muted">\(t.passkeyNeedsScript)</p></noscript>
            """
        }
        return "<section class=\"card\"><h2>\(t.newPasskey)</h2>\(form)</section>"
    }

    /// By what somebody proves who it is before a passkey is made; the script shows it where the server asks for that.
    private func proof(_ frame: Frame, _ t: SecurityTexts) -> HTML {
        var frame = frame
        frame.takesPasskey = list.factors.contains { $0.kind == .passkey }
        return """
            <div data-proof hidden><p class="muted">\(t.confirmHint)</p><p></p>\(frame.passkeyProof)\
            <div class="field"><label for="f-proof">\(frame.texts.account.currentPassword)</label>\
            <input id="f-proof" name="password" type="password" autocomplete="current-password"></div></div>
            """
    }

    private func codes(_ frame: Frame, _ t: SecurityTexts) -> HTML {
        let factor = list.user.secondFactor
        guard offers.mail || offers.sms || factor.isConfigured else { return .empty }
        let password = frame.input(
            "password",
            frame.texts.account.currentPassword,
            waysPassword,
            type: "password",
            attributes: " autocomplete=\"current-password\" required"
        )
        let mail = frame.check(
            "email",
            "\(t.byEmail) <bdi>\(list.user.displayEmail)</bdi>",
            isOn: ways?.mail ?? factor.isEmailEnabled
        )
        let sms: HTML? =
            factor.phone == nil
            ? nil : frame.check("sms", "\(t.bySMS)", isOn: ways?.sms ?? factor.isSMSEnabled)
        let switches = frame.form("/account/security/codes") {
            "\(mail)\(sms)<p></p>\(password)<button>\(frame.texts.frame.save)</button>"
        }
        let number: HTML =
            offers.sms
            ? frame.form("/account/security/phone") {
                """
                \(frame.input("phone", t.phone, phone, type: "tel", hint: "\(t.phoneHint)", attributes: " autocomplete=\"tel\" required"))\
                \(frame.ownPassword("phone-password", phonePassword))<button>\(t.sendCode)</button>
                """
            } : ""
        return "<section class=\"card\"><h2>\(t.codes)</h2>\(switches)\(number)</section>"
    }

    private func recovery(_ frame: Frame, _ t: SecurityTexts) -> HTML {
        guard !list.factors.isEmpty || list.user.secondFactor.isRequiredAtLogin else {
            return .empty
        }
        let form = frame.form("/account/security/recovery") { "<button>\(t.renew)</button>" }
        return """
            <section class="card"><h2>\(t.recovery)</h2><p>\(t.recoveryHint) \
            <strong>\(list.recoveryCodesLeft)</strong> \(t.left)</p>\(form)</section>
            """
    }
}
