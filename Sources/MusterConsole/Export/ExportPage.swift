/// Where users and backups are taken out.
package struct ExportPage: Sendable {
    /// What is wrong with the password that hashes ask for; nil if none is asked for.
    package var hashes: FieldState?
    /// What is wrong with the password that a backup asks for; nil if none is asked for.
    package var backup: FieldState?
    /// Whether backups are made here.
    package var offersBackup = false

    /// A page that asks for nothing.
    package init() {}

    /// The page.
    package func html(_ frame: Frame) -> HTML {
        let t = frame.texts.exports
        let users = frame.form("/admin/export/users") {
            """
            <p class="muted">\(t.usersHint)</p><p></p>\(hashesField(frame, t))<button class="main">\(t.download)</button>
            """
        }
        let list: HTML = """
            <p class="muted">\(t.listHint)</p><p></p><a class="button" href="/admin/users">\(t.toList)</a>
            """
        return frame.page(
            t.title,
            in: .users,
            width: .narrow,
            head: """
                <div class="head"><div><p class="crumbs"><a href="/admin/users">\(frame.texts.users.title)</a></p>\
                <h1>\(t.title)</h1></div></div>
                """,
            """
            <section class="card"><h2>\(t.users)</h2>\(users)</section><section class="card"><h2>\(t.list)</h2>\(list)</section>\
            \(backupCard(frame, t))
            """
        )
    }

    private func hashesField(_ frame: Frame, _ t: ExportTexts) -> HTML {
        guard frame.viewer?.hasRole ?? false else { return .empty }
        let field = hashes.map { passwordField(frame, "hashes", $0) }
        return "\(frame.check("hashes", "\(t.hashes)", isOn: hashes != nil))<p></p>\(field)"
    }

    private func backupCard(_ frame: Frame, _ t: ExportTexts) -> HTML {
        guard offersBackup, frame.viewer?.hasRole ?? false else { return .empty }
        let form = frame.form("/admin/export/backup") {
            """
            <p class="muted">\(t.backupHint)</p><p></p>\(backup.map { passwordField(frame, "backup", $0) })\
            <button>\(t.backup)</button>
            """
        }
        return "<section class=\"card\"><h2>\(t.backupTitle)</h2>\(form)</section>"
    }

    private func passwordField(_ frame: Frame, _ of: String, _ state: FieldState) -> HTML {
        "\(frame.passkeyProof)\(frame.ownPassword("\(of)-password", state))"
    }
}

/// The texts of exports.
package struct ExportTexts: Sendable {
    var title = "Export"
    var users = "Users, to be imported again"
    var usersHint =
        "Everything that a line of an import may have, one JSON object a line: fields, groups and public keys."
    var hashes = "With the hashes of passwords, which can be guessed at by whoever gets the file"
    var download = "Download the users"
    var list = "A list for a spreadsheet"
    var listHint =
        "Look for users, choose the columns, and press Download as CSV below the list: you get all that were found."
    var toList = "To the users"
    var backupTitle = "Backup"
    var backupHint =
        "The whole directory in one file, for the command muster restore, which also needs the key file that lies beside the database. Keep both where nobody else reads them."
    var backup = "Make a backup and download it"
}
