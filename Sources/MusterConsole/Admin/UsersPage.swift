package import MusterCore

/// The list of users.
package struct UsersPage: Sendable {
    /// What is looked for.
    package let filters: Filters
    /// Those who were found, a page of them.
    package let users: [User]
    /// The query of the next page; nil if there is none.
    package let next: String?
    /// The query of all who were found, as a file; nil if there are no files.
    package var file: String?
    /// How many were found, on this page or not; nil if they were not counted.
    package var total: ListTotal?
    /// The form above the list.
    package let search: UserSearchForm
    /// Whether the password of a user is locked.
    package let isLocked: @Sendable (User) -> Bool

    /// Builds the page.
    package init(
        _ filters: Filters,
        _ users: [User],
        next: String?,
        groups: [Group],
        isLocked: @escaping @Sendable (User) -> Bool
    ) {
        self.filters = filters
        self.users = users
        self.next = next
        search = UserSearchForm(filters: filters, groups: groups)
        self.isLocked = isLocked
    }

    /// The page.
    package func html(_ frame: Frame) -> HTML {
        let t = frame.texts.users
        let mayChange = frame.viewer?.isAdministrator ?? false
        let new: HTML =
            mayChange
            ? """
            <div class="actions"><a class="button" href="/admin/import">\(t.importList)</a>\
            <a class="button" href="/admin/export">\(t.export)</a>\
            <a class="button main" href="/admin/users/new">\(t.new)</a></div>
            """ : ""
        let head: HTML = "<div class=\"head\"><div><h1>\(t.title)</h1></div>\(new)</div>"
        return frame.page(
            t.title,
            in: .users,
            head: head,
            "\(search.html(t))<div id=\"results\" aria-live=\"polite\">\(results(frame, t, mayChange))</div>"
        )
    }

    private func results(_ frame: Frame, _ t: UsersTexts, _ mayChange: Bool) -> HTML {
        guard !users.isEmpty else {
            return """
                <div class="card none"><strong>\(filters.isEmpty ? t.nobody : t.notFound)</strong>\
                \(filters.isEmpty ? t.nobodyHint : t.notFoundHint)</div>
                """
        }
        let rows = users.map { row($0, frame, t, mayChange) }
        let pick: HTML =
            mayChange
            ? """
            <th scope="col" class="pick"><input type="checkbox" data-all="user" aria-label="\(t.selectAll)" hidden></th>
            """ : ""
        let heads: [HTML] = filters.columns.map { "<th scope=\"col\">\($0.name(t))</th>" }
        let table: HTML = """
            <table class="stack"><thead><tr>\(pick)<th scope="col">\(t.user)</th>\(heads)</tr></thead>\
            <tbody>\(rows)</tbody></table>
            """
        let content =
            mayChange ? frame.form("/admin/users/bulk") { "\(table)\(bulk(frame, t))" } : table
        let more: HTML =
            next.map {
                "<a class=\"button\" href=\"/admin/users?\($0)\" rel=\"next\">\(t.next)</a>"
            }
            ?? "<span class=\"muted\">\(t.end)</span>"
        let of: HTML? = total.map { " / \($0.isEstimate ? "≈ " : "")\($0.count)" }
        return """
            <div class="card plain">\(content)</div><div class="pager"><span class="muted small">\(users.count)\(of) \(t.shown)\(csv(t))</span>\
            \(more)</div>
            """
    }

    private func csv(_ t: UsersTexts) -> HTML? {
        file.map { " <a href=\"/admin/users/list.csv?\($0)\" download>\(t.csv)</a>" }
    }

    private func row(_ user: User, _ frame: Frame, _ t: UsersTexts, _ mayChange: Bool) -> HTML {
        let id = user.id.rawValue
        let pick: HTML =
            mayChange
            ? """
            <td class="pick"><input type="checkbox" name="user" value="\(id)" aria-label="\(t.select) \(user.username.text)"></td>
            """ : ""
        let second: HTML? =
            user.name == nil ? nil : "<span class=\"sub\"><bdi>\(user.username.text)</bdi></span>"
        let cells: [HTML] = filters.columns.map { column in
            let cell = column.cell(user, frame, isLocked: isLocked(user))
            return "<td data-label=\"\(column.name(t))\">\(cell)</td>"
        }
        return """
            <tr>\(pick)<td><a href="/admin/users/\(id)"><bdi>\(user.displayName)</bdi></a>\(second)</td>\
            \(cells)</tr>
            """
    }

    private func bulk(_ frame: Frame, _ t: UsersTexts) -> HTML {
        let actions = BulkAction.allCases.map { ($0.rawValue, $0.name(t)) }
        return """
            <div class="bulk"><label for="bulk-action">\(t.withSelected)</label><select id="bulk-action" name="action">\
            \(Frame.options(actions, chosen: ""))</select><button>\(t.goOn)</button></div>
            """
    }
}

extension Frame {
    /// In which state a user is, as tags.
    func states(of user: User, isLocked: Bool) -> [HTML] {
        user.states(texts.users, isLocked: isLocked, at: now).map {
            "<span class=\"tag \($0.kind)\">\($0.name)</span>"
        }
    }
}
