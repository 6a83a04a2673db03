package import MusterCore

/// All groups.
package struct GroupsPage: Sendable {
    /// The groups.
    package let groups: [Group]
    /// The name of a new one as it was typed.
    package let name: FieldState

    /// Builds the page.
    package init(_ groups: [Group], name: FieldState) {
        self.groups = groups
        self.name = name
    }

    /// The page.
    package func html(_ frame: Frame) -> HTML {
        let t = frame.texts.groups
        let mayChange = frame.viewer?.isAdministrator ?? false
        let rows = groups.map { group -> HTML in
            let members: HTML =
                group.isEveryone
                ? "/admin/users" : "/admin/users?group=\(group.id.rawValue)"
            let name: HTML =
                group.isEveryone || !mayChange
                ? "<bdi>\(group.name)</bdi>"
                : "<a href=\"/admin/groups/\(group.id.rawValue)\"><bdi>\(group.name)</bdi></a>"
            return """
                <tr><td>\(name)</td><td class="number" data-label="\(t.members)"><a href="\(members)">\(group.userCount)\
                <span class="unseen"> \(group.name)</span></a></td></tr>
                """
        }
        let new: HTML =
            mayChange
            ? """
            <section class="card"><h2>\(t.new)</h2>\(frame.form("/admin/groups") {
                "\(frame.input("name", t.name, name, attributes: " required maxlength=\"255\" autocomplete=\"off\""))<button class=\"main\">\(t.create)</button>"
            })</section>
            """ : ""
        return frame.page(
            t.title,
            in: .groups,
            width: .narrow,
            """
            <section class="card plain"><table class="stack"><thead><tr><th scope="col">\(t.name)</th>\
            <th scope="col" class="number">\(t.members)</th></tr></thead><tbody>\(rows)</tbody></table></section>\(new)
            """
        )
    }
}

/// One group.
package struct GroupPage: Sendable {
    /// The group.
    package let group: Group
    /// The name as it was typed.
    package let name: FieldState
    /// The member to add, as it was typed.
    package let member: FieldState

    /// Builds the page.
    package init(_ group: Group, name: FieldState, member: FieldState) {
        self.group = group
        self.name = name
        self.member = member
    }

    /// The page.
    package func html(_ frame: Frame) -> HTML {
        let t = frame.texts.groups
        let path = "/admin/groups/\(group.id.rawValue)"
        let rename = frame.form(path) {
            "\(frame.input("name", t.name, name, attributes: " required maxlength=\"255\""))<button class=\"main\">\(frame.texts.frame.save)</button>"
        }
        let add = frame.form("\(path)/members") {
            """
            \(frame.input("user", t.addMember, member, hint: "\(t.addMemberHint)", attributes: " required autocapitalize=\"none\" autocomplete=\"off\""))\
            <button>\(frame.texts.users.add)</button>
            """
        }
        let delete: HTML =
            group.userCount > 0
            ? "<p class=\"muted\">\(t.notEmpty)</p>"
            : frame.form("\(path)/delete") { "<button class=\"danger\">\(t.delete)</button>" }
        let head: HTML = """
            <div class="head"><div><p class="crumbs"><a href="/admin/groups">\(t.title)</a></p><h1><bdi>\(group.name)</bdi></h1></div></div>
            """
        return frame.page(
            group.name,
            in: .groups,
            width: .narrow,
            head: head,
            """
            <section class="card"><h2>\(t.name)</h2>\(rename)</section><section class="card"><h2>\(t.members)</h2>\
            <p><a href="/admin/users?group=\(group.id.rawValue)">\(group.userCount) \(t.members)</a></p><p></p>\(add)</section>\
            <section class="card"><h2>\(t.delete)</h2>\(delete)</section>
            """
        )
    }
}

/// The texts of groups.
package struct GroupsTexts: Sendable {
    var title = "Groups"
    var name = "Name"
    var members = "Members"
    var new = "New group"
    var create = "Make the group"
    var addMember = "Add a member"
    var addMemberHint = "A user name."
    var delete = "Delete the group"
    var notEmpty = "Only a group without members can be deleted."
}
