package import MusterCore

/// The list of users.
package struct UsersPage: Sendable {
    /// What is looked for, as it stands in the query.
    package struct Filters: Sendable {
        /// With what names begin.
        package var search = ""
        /// The role's word; empty for any.
        package var role = ""
        /// `enabled`, `disabled`, `locked`, `expired`, `no-factor` or `unused`; empty for any.
        package var state = ""
        /// The group's number; empty for any.
        package var group = ""
        /// The order.
        package var sort = "username"
        /// What is shown beside the names.
        package var columns = UserColumn.usual

        /// Nothing is looked for.
        package init() {}

        /// Whether anything is looked for.
        package var isEmpty: Bool {
            search.isEmpty && role.isEmpty && state.isEmpty && group.isEmpty
        }
    }

    /// What is looked for.
    package let filters: Filters
    /// Those who were found, a page of them.
    package let users: [User]
    /// The query of the next page; nil if there is none.
    package let next: String?
    /// The query of all who were found, as a file; nil if there are no files.
    package var file: String?
    /// The group whose members are listed; nil for everybody.
    package let group: Group?
    /// Whether the password of a user is locked.
    package let isLocked: @Sendable (User) -> Bool

    /// Builds the page.
    package init(
        _ filters: Filters,
        _ users: [User],
        next: String?,
        group: Group?,
        isLocked: @escaping @Sendable (User) -> Bool
    ) {
        self.filters = filters
        self.users = users
        self.next = next
        self.group = group
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
            "\(search(t))<div id=\"results\" aria-live=\"polite\">\(results(frame, t, mayChange))</div>"
        )
    }

    private func search(_ t: UsersTexts) -> HTML {
        let roles = [(value: "", label: t.any)] + Role.allCases.map { ($0.word, $0.name) }
        let states = [
            (value: "", label: t.any), ("enabled", t.enabled), ("disabled", t.disabled),
            ("locked", t.locked), ("expired", t.expired), ("no-factor", t.noFactor),
            ("unused", t.unused),
        ]
        let sorts = [
            (value: "username", label: t.username), ("name", t.name), ("email", t.email),
            ("id", t.oldest),
            ("-id", t.newest),
        ]
        return """
            <form class="filters" method="get" action="/admin/users" data-live role="search">\
            <div class="search"><label for="q">\(t.search)</label>\
            <input id="q" name="q" type="search" value="\(filters.search)" autocomplete="off"></div>\
            \(choice("state", t.state, states, filters.state))\(choice("role", t.role, roles, filters.role))\
            \(membership(t))\(choice("sort", t.sort, sorts, filters.sort))\
            <button>\(t.find)</button>\(columns(t))</form>
            """
    }

    private func columns(_ t: UsersTexts) -> HTML {
        let boxes: [HTML] = UserColumn.allCases.map { column in
            let mark: HTML = filters.columns.contains(column) ? " checked" : ""
            return """
                <label class="check"><input type="checkbox" name="col" value="\(column.rawValue)"\(mark)>\
                <span>\(column.name(t))</span></label>
                """
        }
        return """
            <details class="more columns"><summary>\(t.columns)</summary><input type="hidden" name="cols" value="yes">\
            <div class="boxes">\(boxes)</div></details>
            """
    }

    private func membership(_ t: UsersTexts) -> HTML {
        guard let group else { return .empty }
        return """
            <div><label for="s-group">\(t.group)</label><select id="s-group" name="group">\
            <option value="\(group.id.rawValue)" selected>\(group.name)</option><option value="">\(t.any)</option></select></div>
            """
    }

    private func choice(
        _ name: String,
        _ label: String,
        _ options: [(value: String, label: String)],
        _ chosen: String
    ) -> HTML {
        """
        <div><label for="s-\(name)">\(label)</label><select id="s-\(name)" name="\(name)">\
        \(Frame.options(options, chosen: chosen))</select></div>
        """
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
        return """
            <div class="card plain">\(content)</div><div class="pager"><span class="muted small">\(users.count) \(t.shown)\(csv(t))</span>\
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

/// What can be done with many users at once.
package enum BulkAction: String, CaseIterable, Sendable {
    case enable, disable, unlock
    case requireFactor = "require-factor"
    case endSessions = "end-sessions"
    case addToGroup = "add-to-group"
    case removeFromGroup = "remove-from-group"
    case delete

    /// What it is called.
    package func name(_ t: UsersTexts) -> String {
        switch self {
        case .enable: t.enable
        case .disable: t.disable
        case .unlock: t.unlock
        case .requireFactor: t.requireFactor
        case .endSessions: t.endSessions
        case .addToGroup: t.addToGroup
        case .removeFromGroup: t.removeFromGroup
        case .delete: t.delete
        }
    }

    /// Whether it is about a group.
    package var isAboutGroup: Bool { self == .addToGroup || self == .removeFromGroup }
}

extension Frame {
    /// In which state a user is, as tags.
    func states(of user: User, isLocked: Bool) -> [HTML] {
        user.states(texts.users, isLocked: isLocked, at: now).map {
            "<span class=\"tag \($0.kind)\">\($0.name)</span>"
        }
    }
}
