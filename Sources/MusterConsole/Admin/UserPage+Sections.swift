import MusterCore

extension UserPage {
    func groups(_ frame: Frame, _ t: UsersTexts, _ mayChange: Bool) -> HTML {
        let rows = account.groups.map { group -> HTML in
            let remove: HTML =
                mayChange
                ? frame.form("\(path)/groups/remove") {
                    """
                    <input type="hidden" name="group" value="\(group.id.rawValue)"><button class="small">\(t.remove)\
                    <span class="unseen"> \(group.name)</span></button>
                    """
                } : ""
            return "<tr><td><bdi>\(group.name)</bdi></td><td class=\"end\">\(remove)</td></tr>"
        }
        let list: HTML =
            rows.isEmpty
            ? "<p class=\"muted\">\(t.none)</p>"
            : "<table><thead class=\"unseen\"><tr><th>\(t.group)</th><th>\(t.remove)</th></tr></thead><tbody>\(rows)</tbody></table>"
        let choices = otherGroups.map { (value: "\($0.id.rawValue)", label: $0.name) }
        let add: HTML =
            mayChange && !choices.isEmpty
            ? frame.form("\(path)/groups/add") {
                "\(frame.choice("group", t.group, choices, group))<button>\(t.add)</button>"
            } : ""
        return "<section class=\"card\"><h2>\(t.groups)</h2>\(list)\(add)</section>"
    }

    func keyCard(_ frame: Frame, _ t: UsersTexts, _ mayChange: Bool) -> HTML {
        let add: HTML =
            mayChange
            ? "<details class=\"more\"\(line.error == nil ? "" : " open")><summary>\(frame.texts.keys.add)</summary>\(KeysPage.form(frame, "\(path)/ssh-keys", line))</details>"
            : ""
        let table = KeysPage.table(frame, keys, remove: mayChange ? "\(path)/ssh-keys/remove" : nil)
        return "<section class=\"card\"><h2>\(t.sshKeys)</h2>\(table)\(add)</section>"
    }

    func ways(_ frame: Frame, _ t: UsersTexts) -> HTML {
        func button(_ action: String, _ text: String, _ style: HTML = "") -> HTML {
            frame.form("\(path)/\(action)") {
                "<button class=\"wide\(style)\">\(text)</button><p></p>"
            }
        }
        let password = frame.form("\(path)/password") {
            """
            \(frame.input("password", t.setPassword, self.password, type: "password", attributes: " autocomplete=\"new-password\" required"))\
            \(frame.check("temporary", "\(t.isTemporary)", isOn: isTemporary))<button class="wide">\(t.setPassword)</button><p></p>
            """
        }
        let locked: HTML =
            user.logins.failureCount > 0 || isLocked ? button("unlock", t.unlock) : ""
        let revoke: HTML = account.hasAPIKeys ? button("api-keys/revoke", t.revoke) : ""
        let reset: HTML =
            (factors?.factors.isEmpty ?? true) && !user.secondFactor.isRequiredAtLogin
            ? "" : button("factors/reset", t.resetFactors, " danger")
        return """
            <section class="card"><h2>\(t.dangerous)</h2>\(locked)\(password)\(button("api-keys", t.rotate))\(revoke)\(reset)</section>
            """
    }

    func trail(_ frame: Frame, _ t: UsersTexts) -> HTML {
        guard let events else { return .empty }
        let more: HTML =
            "<a class=\"button small\" href=\"/admin/audit?whom=\(Frame.escapedInQuery(user.username.text))\">\(t.allEvents)</a>"
        return """
            <section class="card"><div class="head"><div><h2>\(t.trail)</h2></div><div class="actions">\(more)</div></div>\
            \(AuditLogPage.table(frame, events))</section>
            """
    }

    func deletionCard(_ frame: Frame, _ t: UsersTexts) -> HTML {
        let form = frame.form("\(path)/delete") {
            """
            \(frame.input("typed", t.typeName, deletion, attributes: " autocomplete=\"off\" required"))\
            <button class="danger">\(t.delete)</button>
            """
        }
        return """
            <section class="card"><details class="more"\(deletion.error == nil ? "" : " open")><summary>\(t.deleteTitle)</summary>\
            <p class="muted">\(t.deleteHint)</p><p></p>\(form)</details></section>
            """
    }
}
