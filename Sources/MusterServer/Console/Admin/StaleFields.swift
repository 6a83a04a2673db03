import MusterConsole
import MusterCore
import TextBytes

extension Visit {
    /// The fields of a form that are otherwise than a user is now, in the order of the form.
    func staleFields(of user: User) -> [UserPage.StaleField] {
        let t = frame.texts.users
        let (values, on) = (Visit.values(of: user), Visit.ticked(of: user))
        var fields: [UserPage.StaleField] = []
        func compare(_ name: String, _ now: String, _ typed: String) {
            guard !now.hasSameBytes(as: typed) else { return }
            let shown = [now, typed].map { $0.isEmpty ? t.nothingThere : $0.quotedHead }
            fields.append(UserPage.StaleField(name, now: shown[0], typed: shown[1]))
        }
        for name in ["username", "name", "email", "expires_at"] {
            compare(name, values[ByteText(name)] ?? "", text(name))
        }
        compare("note", user.note ?? "", lines("note").joined(separator: "\n"))
        box("enabled", on, t, compare)
        compare("permissions", user.role.name, roleName(text("permissions")))
        let masks = masks(beside: user.masks)
        compare("readbm", "\(user.masks.read)", "\(masks.read)")
        compare("writebm", "\(user.masks.write)", "\(masks.write)")
        compare("lviewbm", "\(user.masks.liveview)", "\(masks.liveview)")
        let hosts = lines("hosts").filter { !$0.isEmpty }
        compare("hosts", user.hosts.texts.joined(separator: ", "), hosts.joined(separator: ", "))
        compare("timeout", values["timeout"] ?? "", text("timeout"))
        for name in [
            "password_permitted", "api_permitted", "saml_permitted", "two_factor_required",
        ] {
            box(name, on, t, compare)
        }
        return fields
    }

    private func box(
        _ name: String,
        _ on: Set<ByteText>,
        _ t: UsersTexts,
        _ compare: (String, String, String) -> Void
    ) {
        let wasOn = on.contains(ByteText(name))
        compare(name, wasOn ? t.yes : t.no, isOn(name) ? t.yes : t.no)
    }

    private func roleName(_ number: String) -> String {
        Int(digits: number).flatMap(Role.init(rawValue:))?.name ?? number
    }
}

extension String {
    /// The beginning of a text, where it is long.
    fileprivate var quotedHead: String { utf8.count > 200 ? head(200) + " ..." : self }
}
