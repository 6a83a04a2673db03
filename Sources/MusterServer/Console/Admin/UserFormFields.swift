import MusterAPI
import MusterCore
import TextBytes

/// What a form says of a user, read as the native API reads a body.
extension Visit {
    /// The resources that have names, and their bits.
    private static let known = Resource.allCases.reduce(Int64(0)) { $0 | $1.bit }

    /// The body that the native API would get for this form; of the masks as they are, bits without a name stay.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`, naming the field.
    func userBody(of masks: Masks) throws(MusterError) -> UserBody {
        var body = UserBody()
        body.username = text("username")
        body.name = text("name")
        body.email = text("email")
        body.note = lines("note").joined(separator: "\n")
        body.permissions = try number("permissions")
        body.isEnabled = isOn("enabled")
        body.expiresAt = try moment("expires_at")
        body.hosts = lines("hosts").filter { !$0.isEmpty }
        body.timeout = try number("timeout")
        body.isAPIPermitted = isOn("api_permitted")
        body.isPasswordPermitted = isOn("password_permitted")
        body.isSAMLPermitted = isOn("saml_permitted")
        body.isTwoFactorRequired = isOn("two_factor_required")
        let ticked = self.masks(beside: masks)
        (body.readbm, body.writebm, body.lviewbm) = (ticked.read, ticked.write, ticked.liveview)
        return body
    }

    /// The masks as they were ticked, with the bits without a name as they are.
    func masks(beside present: Masks) -> Masks {
        guard isOn("masks") else { return present }
        return Masks(
            read: bits("readbm") | present.read & ~Visit.known,
            write: bits("writebm") | present.write & ~Visit.known,
            liveview: bits("lviewbm") | present.liveview & ~Visit.known
        )
    }

    /// Whether the form of a new user gives it more than the role Basic has.
    var givesRights: Bool {
        Int(digits: text("permissions")) != Role.basic.rawValue || masks(beside: Masks()) != Masks()
    }

    /// Whether a form gives a user other rights, lets it in by more ways or longer, or changes by what it is known or
    /// reached; what takes away, and what only describes, does not.
    func opensMore(to user: User) -> Bool {
        guard Int(digits: text("permissions")) == user.role.rawValue,
            masks(beside: user.masks) == user.masks
        else { return true }
        let (values, ticked) = (Visit.values(of: user), Visit.ticked(of: user))
        let isKnownAsBefore = ["username", "email", "expires_at"].allSatisfy { name in
            text(name).hasSameBytes(as: values[ByteText(name)] ?? "")
        }
        let hosts = lines("hosts").filter { !$0.isEmpty }.joined(separator: "\n")
        guard isKnownAsBefore, hosts.hasSameBytes(as: values["hosts"] ?? "") else { return true }
        let opens = ["enabled", "api_permitted", "password_permitted", "saml_permitted"]
            .contains { name in isOn(name) && !ticked.contains(ByteText(name)) }
        return opens || ticked.contains("two_factor_required") && !isOn("two_factor_required")
    }

    private func bits(_ name: String) -> Int64 {
        items.all(name).reduce(Int64(0)) { mask, text in
            mask | (Int(digits: text).flatMap(Resource.init(rawValue:))?.bit ?? 0)
        }
    }

    /// The lines of a field, without blanks at their ends.
    func lines(_ name: String) -> [String] {
        text(name).utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { line in
                var line = line
                if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
                return String(Substring(line.trimmingBlanks))
            }
    }

    private func number(_ name: String) throws(MusterError) -> Int64 {
        let text = text(name)
        guard let number = Int(digits: text), number <= Int64(Int32.max) else {
            throw .invalid(name, rule: "must be a number, not \(text.quoted(40))")
        }
        return Int64(number)
    }

    private func moment(_ name: String) throws(MusterError) -> MomentOrNull {
        let text = text(name)
        guard !text.isEmpty else { return .null }
        guard let moment = Timestamp(text: text) else {
            throw .invalid(
                name,
                rule: "must be a moment such as 2027-12-31T23:59:59Z, not \(text.quoted(40))"
            )
        }
        return .moment(moment.rawValue)
    }
}
