extension Texts {
    /// What people read in place of the name that a field has in its form; the name itself where a field is none of any form.
    func label(of field: String) -> String {
        let labels = ofUsers + ofOthers
        return labels.first { $0.0.utf8.elementsEqual(field.utf8) }?.1 ?? field
    }

    /// The fields of a user.
    private var ofUsers: [(String, String)] {
        let t = users
        return [
            ("username", t.username), ("name", t.name), ("email", t.email), ("note", t.note),
            ("expires_at", t.expires), ("enabled", t.isEnabled), ("permissions", t.role),
            ("readbm", "\(t.masks): \(t.read)"), ("writebm", "\(t.masks): \(t.write)"),
            ("lviewbm", "\(t.masks): \(t.liveview)"), ("hosts", t.hosts), ("timeout", t.timeout),
            ("password_permitted", t.password), ("api_permitted", t.api),
            ("saml_permitted", t.saml), ("two_factor_required", t.factorRequired),
        ]
    }

    /// The fields of other forms.
    private var ofOthers: [(String, String)] {
        [
            ("temporary", users.isTemporary), ("typed", users.typeName), ("group", users.group),
            ("user", users.user), ("way", users.waysIn), ("action", audit.action),
            ("key", keys.line), ("label", security.label), ("phone", security.phone),
            ("sms", security.bySMS), ("list", imports.paste), ("mode", imports.mode),
            ("create_groups", imports.createGroups), ("hashes", exports.hashes),
        ]
    }
}
