package import MusterCore

/// The fields of a user in a form, of one that there is or is to be.
package struct UserForm: Sendable {
    /// What stands in a field, by its name.
    package let state: @Sendable (String) -> FieldState
    /// Whether a box is ticked, by its name.
    package let isOn: @Sendable (String) -> Bool
    /// The masks as they are ticked.
    package let masks: Masks

    /// Builds a form.
    package init(
        masks: Masks,
        state: @escaping @Sendable (String) -> FieldState,
        isOn: @escaping @Sendable (String) -> Bool
    ) {
        self.masks = masks
        self.state = state
        self.isOn = isOn
    }

    /// Name, address, note, and whether the user may come in.
    func identity(_ frame: Frame) -> HTML {
        let t = frame.texts.users
        return """
            <fieldset class="card"><legend>\(t.identity)</legend><div class="row">\
            \(frame.input("username", t.username, state("username"), attributes: " required autocapitalize=\"none\" spellcheck=\"false\" autocomplete=\"off\""))\
            \(frame.input("name", t.name, state("name"), attributes: " autocomplete=\"off\""))\
            \(frame.input("email", t.email, state("email"), type: "email", attributes: " autocomplete=\"off\""))\
            \(frame.input("expires_at", t.expires, state("expires_at"), hint: "\(t.expiresHint)"))</div>\
            \(frame.area("note", t.note, state("note"), hint: "\(t.noteHint)"))\
            \(frame.check("enabled", "\(t.isEnabled)", isOn: isOn("enabled")))</fieldset>
            """
    }

    /// Role and masks.
    func rights(_ frame: Frame) -> HTML {
        let t = frame.texts.users
        let roles = Role.allCases.map {
            (value: "\($0.rawValue)", label: "\($0.name) (\($0.rawValue))")
        }
        let rows = Resource.allCases.map { resource -> HTML in
            let cells = columns(t).map { column -> HTML in
                let mark: HTML = column.mask & resource.bit != 0 ? " checked" : ""
                return """
                    <td><input type="checkbox" name="\(column.name)" value="\(resource.rawValue)"\(mark) \
                    data-mask="\(column.name)" aria-label="\(column.label) \(resource.name)"></td>
                    """
            }
            return "<tr><th scope=\"row\">\(resource.name)</th>\(cells)</tr>"
        }
        let known = Resource.allCases.reduce(Int64(0)) { $0 | $1.bit }
        let sums = columns(t).map { column -> HTML in
            """
            <td class="number"><span data-sum="\(column.name)">\(column.mask)</span>\
            <span data-rest="\(column.name)" data-value="\(column.mask & ~known)" hidden></span></td>
            """
        }
        let heads = columns(t).map { "<th scope=\"col\">\($0.label)</th>" as HTML }
        return """
            <fieldset class="card"><legend>\(t.administration)</legend>\
            \(frame.choice("permissions", t.role, roles, state("permissions")))\
            <h3>\(t.masks)</h3><p class="muted small">\(t.masksHint)</p><input type="hidden" name="masks" value="yes">\
            <table class="masks"><thead><tr><th scope="col">\(t.resource)</th>\(heads)</tr></thead>\
            <tbody>\(rows)<tr><th scope="row">\(t.number)</th>\(sums)</tr></tbody></table></fieldset>
            """
    }

    private func columns(_ t: UsersTexts) -> [(name: String, label: String, mask: Int64)] {
        [
            ("readbm", t.read, masks.read), ("writebm", t.write, masks.write),
            ("lviewbm", t.liveview, masks.liveview),
        ]
    }

    /// Hosts, idle time and ways in.
    func places(_ frame: Frame) -> HTML {
        let t = frame.texts.users
        return """
            <fieldset class="card"><legend>\(t.places)</legend>\
            \(frame.area("hosts", t.hosts, state("hosts"), hint: "\(t.hostsHint)", attributes: " class=\"mono\" spellcheck=\"false\""))\
            \(frame.input("timeout", t.timeout, state("timeout"), hint: "\(t.timeoutHint)", attributes: " inputmode=\"numeric\""))</fieldset>\
            <fieldset class="card"><legend>\(t.waysIn)</legend>\
            \(frame.check("password_permitted", "\(t.password)", isOn: isOn("password_permitted")))\
            \(frame.check("api_permitted", "\(t.api)", isOn: isOn("api_permitted")))\
            \(frame.check("saml_permitted", "\(t.saml)", isOn: isOn("saml_permitted")))\
            \(frame.check("two_factor_required", "\(t.factorRequired)", isOn: isOn("two_factor_required")))</fieldset>
            """
    }
}

/// Where a user is made.
package struct NewUserPage: Sendable {
    /// The fields.
    package let form: UserForm
    /// What a password has to be.
    package let policy: PasswordPolicy.Kind
    /// What is wrong with the password.
    package let password: FieldState

    /// Builds the page.
    package init(_ form: UserForm, policy: PasswordPolicy.Kind, password: FieldState) {
        self.form = form
        self.policy = policy
        self.password = password
    }

    /// The page.
    package func html(_ frame: Frame) -> HTML {
        let t = frame.texts.users
        let body = frame.form("/admin/users/new") {
            """
            \(form.identity(frame))<fieldset class="card"><legend>\(t.password)</legend>\
            \(frame.newPassword(policy, password, .asTicked, isRequired: false))<p class="muted small">\(t.passwordOptional)</p>\
            \(frame.check("temporary", "\(t.isTemporary)", isOn: form.isOn("temporary")))</fieldset>\
            \(form.rights(frame))\(form.places(frame))<div class="actions"><button class="main">\(t.create)</button>\
            <a class="button" href="/admin/users">\(frame.texts.frame.cancel)</a></div>
            """
        }
        return frame.page(t.new, in: .users, width: .narrow, body)
    }
}
