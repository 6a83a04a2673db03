import MusterCore

/// The form above the list of users: a beginning, filters that all have to hold, the order and the columns.
package struct UserSearchForm: Sendable {
    /// What is looked for.
    let filters: UsersPage.Filters
    /// The groups among which to choose; none where there are too many.
    let groups: [Group]

    private static let periods = ["30", "90", "180", "365"]

    /// The form.
    func html(_ t: UsersTexts) -> HTML {
        let roles = [(value: "", label: t.any)] + Role.allCases.map { ($0.word, $0.name) }
        let states = [
            (value: "", label: t.any), ("enabled", t.enabled), ("disabled", t.disabled),
            ("locked", t.locked),
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
            <button>\(t.find)</button>\(more(t))\(columns(t))</form>
            """
    }

    private func more(_ t: UsersTexts) -> HTML {
        let factors = [(value: "", label: t.any), ("none", t.noFactor)]
        let expiries =
            [(value: "", label: t.any), ("now", t.expired)]
            + UserSearchForm.periods.prefix(2).map { ($0, "\(t.within) \($0) \(t.days)") }
        let periods =
            [(value: "", label: t.any)]
            + UserSearchForm.periods.map { ($0, "\($0) \(t.days)") }
        let open: HTML = filters.hasMore ? " open" : ""
        return """
            <details class="more columns"\(open)><summary>\(t.moreFilters)</summary><div class="filters">\
            \(choice("factor", t.factors, factors, filters.factor))\(choice("unused", t.unusedFor, periods, filters.unused))\
            \(choice("keys", t.keysUnusedFor, periods, filters.keys))\(choice("expires", t.expires, expiries, filters.expires))\
            </div></details>
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
        guard !groups.isEmpty else { return .empty }
        let options = [(value: "", label: t.any)] + groups.map { ("\($0.id.rawValue)", $0.name) }
        return choice("group", t.group, options, filters.group)
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
}
