/// Where a list of users is brought in.
package struct ImportPage: Sendable {
    /// The list as it was pasted.
    package var list = FieldState()
    /// What a line does whose user exists: `create` or `upsert`.
    package var mode = FieldState("create")
    /// Whether groups are made that do not exist.
    package var createsGroups = false
    /// The viewer's imports, the newest first.
    package var underWay: [(id: String, state: ImportState)] = []

    /// An empty form.
    package init() {}

    /// The page.
    package func html(_ frame: Frame) -> HTML {
        let t = frame.texts.imports
        let modes = [(value: "create", label: t.create), ("upsert", t.upsert)]
        let form = frame.form("/admin/import", attributes: " data-import=\"/admin/import/file\"") {
            """
            <div class="drop" data-drop hidden><label for="file">\(t.file)</label><p class="muted">\(t.drop)</p>\
            <input type="file" id="file" accept=".csv,.jsonl,.ndjson,.json,.txt">\
            <p class="error" role="alert" data-import-error></p><progress data-import-progress max="100" value="0" \
            aria-label="\(t.sending)" hidden></progress></div>\
            \(frame.area("list", t.paste, list, hint: "\(t.pasteHint)", attributes: " class=\"mono\" spellcheck=\"false\""))\
            \(frame.choice("mode", t.mode, modes, mode))\
            \(frame.check("create_groups", "\(t.createGroups)", isOn: createsGroups))<p></p>\
            <button class="main">\(t.look)</button> <span class="small muted">\(t.lookHint)</span>
            """
        }
        let columns: HTML = """
            <details class="more"><summary>\(t.columns)</summary><p>\(t.columnsHint)</p><p></p>\
            <pre class="mono">username,name,email,role,hosts,groups,password
            jane@example.com,Jane Doe,,basic,10.0.0.0/8,Scanners;Audit,
            </pre></details>
            """
        let known: HTML =
            underWay.isEmpty
            ? ""
            : "<section class=\"card\"><h2>\(t.known)</h2><ul class=\"plain\">\(underWay.map { item($0, t) })</ul></section>"
        return frame.page(
            t.title,
            in: .users,
            width: .narrow,
            head: ImportPage.head(frame),
            "\(known)<section class=\"card\">\(form)\(columns)</section>"
        )
    }

    private func item(_ job: (id: String, state: ImportState), _ t: ImportTexts) -> HTML {
        let name = job.state.name.isEmpty ? t.pasted : job.state.name
        return """
            <li><a href="/admin/import/\(job.id)"><bdi>\(name)</bdi></a> \
            <span class="muted">\(ImportPage.name(of: job.state.phase, t))</span></li>
            """
    }

    static func head(_ frame: Frame) -> HTML {
        """
        <div class="head"><div><p class="crumbs"><a href="/admin/users">\(frame.texts.users.title)</a></p>\
        <h1>\(frame.texts.imports.title)</h1></div></div>
        """
    }

    static func name(of phase: ImportState.Phase, _ t: ImportTexts) -> String {
        switch phase {
        case .looking: t.looking
        case .looked: t.looked
        case .writing: t.writing
        case .done: t.done
        case .stopped: t.stopped
        }
    }
}

/// The texts of imports.
package struct ImportTexts: Sendable {
    var title = "Import users"
    var file = "A file"
    var drop =
        "Drop it here, or choose it: comma-separated values with a heading, or JSON lines. 32 MiB at most."
    var sending = "How much of the file was sent"
    var paste = "Or paste the list"
    var pasteHint = "With a heading that names the columns, or one JSON object a line."
    var mode = "Users who are there already"
    var create = "are left as they are, and the line is refused"
    var upsert = "get the fields that their line has"
    var createGroups = "Make groups that do not exist"
    var look = "Look at the list"
    var lookHint = "Nothing is changed yet."
    var columns = "Which columns there may be"
    var columnsHint =
        "The fields of a user, as in exports. Several hosts, groups or keys of a cell have semicolons between them; an empty cell says nothing."
    var known = "Your imports"
    var pasted = "Pasted list"
    package var nothing = "Choose a file, or paste a list."
    var looking = "Looking at the lines; nothing is changed"
    var looked = "Looked at; nothing was changed"
    var writing = "Importing"
    var done = "Imported"
    var stopped = "Ended before it was done"
    var lookedGood = "All lines can be taken. Nothing was changed yet."
    var lookedBad =
        "Some lines cannot be taken, so nothing was changed and nothing will be. Mend them, and send the list once more."
    var doneHint = "The list was imported."
    var progress = "Lines dealt with"
    var lines = "lines"
    var reload = "See how far it is"
    var created = "made"
    var updated = "changed"
    var wouldCreate = "would be made"
    var wouldUpdate = "would be changed"
    var unchanged = "as they are"
    var failed = "cannot be taken"
    var start = "Import"
    var discard = "Forget the list"
    var users = "To the users"
    var another = "Another list"
    var line = "Line"
    var field = "Field"
    var reason = "What is wrong"
    var more = "more lines cannot be taken."
}
