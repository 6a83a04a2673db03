package import MusterCore

/// One's own keys: of SSH, and of the APIs.
package struct KeysPage: Sendable {
    /// The public keys.
    package let keys: [StoredSSHKey]
    /// Whether there is a pair of API keys.
    package let hasAPIKeys: Bool
    /// When the pair was last used.
    package let lastUse: Timestamp?
    /// The key as it was typed.
    package var line = FieldState()

    /// Builds the page.
    package init(_ keys: [StoredSSHKey], hasAPIKeys: Bool, lastUse: Timestamp?) {
        self.keys = keys
        self.hasAPIKeys = hasAPIKeys
        self.lastUse = lastUse
    }

    /// The page.
    package func html(_ frame: Frame) -> HTML {
        let t = frame.texts.keys
        let form = KeysPage.form(frame, "/account/keys/ssh", line)
        let add: HTML = "<section class=\"card\"><h2>\(t.add)</h2>\(form)</section>"
        return frame.accountPage(
            .keys,
            """
            <section class="card"><h2>\(t.ssh)</h2>\
            \(KeysPage.table(frame, keys, remove: "/account/keys/ssh/remove"))</section>\(add)\
            <section class="card"><h2>\(t.api)</h2>\(api(frame, t))</section>
            """
        )
    }

    /// Shows a key's fingerprint before it is kept, and asks for the password where that is needed.
    package static func check(
        _ frame: Frame,
        _ key: StoredSSHKey,
        line: String,
        password: FieldState?
    ) -> HTML {
        let t = frame.texts.keys
        let form = frame.form("/account/keys/ssh") {
            """
            <input type="hidden" name="key" value="\(line)"><input type="hidden" name="confirmed" value="yes">\
            \(password.map { FactorPages.confirmation(frame, $0) })<div class="actions"><button class="main">\(t.keep)</button>\
            <a class="button" href="/account/keys">\(frame.texts.frame.cancel)</a></div>
            """
        }
        return frame.accountPage(
            .keys,
            title: t.checkTitle,
            """
            <section class="card"><dl class="facts"><dt>\(t.fingerprint)</dt><dd class="mono">\(key.fingerprint)</dd>\
            <dt>\(t.type)</dt><dd>\(key.key.type.rawValue)</dd></dl><p></p><p class="muted">\(t.checkHint)</p><p></p>\(form)</section>
            """
        )
    }

    private func api(_ frame: Frame, _ t: KeysTexts) -> HTML {
        let rotate = frame.form("/account/keys/api") {
            "<button>\(hasAPIKeys ? t.rotate : t.make)</button>"
        }
        guard hasAPIKeys else { return "<p class=\"muted\">\(t.noAPIKeys)</p>\(rotate)" }
        let revoke = frame.form("/account/keys/api/revoke") {
            "<button class=\"danger\">\(t.revoke)</button>"
        }
        return """
            <dl class="facts"><dt>\(t.lastUse)</dt><dd>\(frame.time(lastUse))</dd></dl><p></p>\
            <div class="actions">\(rotate)\(revoke)</div>
            """
    }

    /// A list of public keys.
    static func table(_ frame: Frame, _ keys: [StoredSSHKey], remove: String?) -> HTML {
        let t = frame.texts.keys
        guard !keys.isEmpty else {
            return "<div class=\"none\"><strong>\(t.noKeys)</strong>\(t.noKeysHint)</div>"
        }
        let rows = keys.map { key -> HTML in
            let form: HTML? = remove.map { path in
                frame.form(path) {
                    """
                    <input type="hidden" name="fingerprint" value="\(key.fingerprint)">\
                    <button class="small">\(t.remove)<span class="unseen"> \(key.fingerprint)</span></button>
                    """
                }
            }
            return """
                <tr><td data-label="\(t.fingerprint)"><span class="mono">\(key.fingerprint)</span></td>\
                <td data-label="\(t.type)">\(key.key.type.rawValue)</td>\
                <td data-label="\(t.added)">\(frame.time(key.addedAt))</td><td class="end">\(form)</td></tr>
                """
        }
        return """
            <table class="stack"><thead><tr><th scope="col">\(t.fingerprint)</th><th scope="col">\(t.type)</th>\
            <th scope="col">\(t.added)</th><th><span class="unseen">\(t.remove)</span></th></tr></thead>\
            <tbody>\(rows)</tbody></table>
            """
    }

    /// A form for a public key.
    static func form(_ frame: Frame, _ path: String, _ line: FieldState) -> HTML {
        let t = frame.texts.keys
        return frame.form(path) {
            """
            \(frame.area("key", t.line, line, hint: "\(t.lineHint)", attributes: " class=\"mono\" spellcheck=\"false\" required"))\
            <div class="field" hidden><label for="key-file">\(t.file)</label>\
            <input type="file" id="key-file" data-file="f-key" accept=".pub"></div>\
            <button class="main">\(t.add)</button>
            """
        }
    }
}

extension Frame {
    /// A new pair of API keys, shown once.
    package func newKeys(_ pair: APIKeyPair, of username: String?, back: String) -> HTML {
        let t = texts.keys
        let values = [
            ("access", t.accessKey, pair.accessKey),
            ("secret", t.secretKey, pair.secretKey.withExposedValue { $0 }),
        ]
        let fields: [HTML] = values.map { id, label, value in
            """
            <div class="field"><label for="\(id)">\(label)</label><div class="secret"><input id="\(id)" readonly value="\(value)">\
            <button type="button" data-copy="\(id)" data-done="\(texts.security.copied)" hidden>\(texts.security.copy)</button>\
            </div></div>
            """
        }
        let owner: HTML? = username.map { "<p><strong><bdi>\($0)</bdi></strong></p>" }
        return page(
            t.newTitle,
            in: username == nil ? .account : .users,
            width: .narrow,
            """
            <section class="card">\(owner)<p class="note warn">\(t.newHint)</p>\(fields)\
            <a class="button main" href="\(back)">\(t.done)</a></section>
            """
        )
    }
}
