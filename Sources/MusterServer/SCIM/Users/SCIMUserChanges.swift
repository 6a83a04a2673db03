import FoundationEssentials
import MusterCore
import SCIMAPI
import TextBytes
import WireJSON

/// What has to change so that a user becomes what a resource says.
struct SCIMUserChanges {
    private let before: JSONObject
    private let after: JSONObject
    private let keys: SCIMUserKeys

    /// Compares two resources with all attributes that clients write.
    init(from before: JSONObject, to after: JSONObject, _ keys: SCIMUserKeys) {
        self.before = before
        self.after = after
        self.keys = keys
    }

    /// The changes of a user that there is.
    ///
    /// - Throws: ``MusterError`` with code `user.username_invalid`, `ssh_key.invalid` or `input.invalid`.
    func revision(of account: PersonalAccount) throws(MusterError) -> PersonService.Revision {
        let isRenamed = before["userName"] != after["userName"]
        let wasTold = account.person != nil
        var changes = try changes(
            names: before["displayName"] != after["displayName"] || isRenamed && wasTold,
            mails: before["emails"] != after["emails"] || isRenamed && wasTold
        )
        changes.password = after.text("password").map { Secret($0) }
        let person = SCIMPerson.person(from: after, keeping: account.person)
        let isTold = person != SCIMPerson.person(from: before, keeping: account.person)
        return PersonService.Revision(
            changes: changes,
            person: isTold ? person : nil,
            keys: try keys.revision(from: before, to: after)
        )
    }

    /// A user that is to be made.
    ///
    /// - Throws: ``MusterError`` with code `user.username_invalid`, `ssh_key.invalid` or `input.invalid`.
    func draft() throws(MusterError) -> PersonService.Draft {
        var changes = try changes(names: true, mails: true)
        guard let username = changes.username else { throw SCIMUserChanges.missingName }
        changes.isEnabled = after["active"] != .bool(false)
        return PersonService.Draft(
            user: UserDraft(username: username, applying: changes),
            password: after.text("password").map { Secret($0) },
            person: SCIMPerson.person(from: after),
            keys: try keys.keys(of: after)
        )
    }

    private static var missingName: MusterError {
        SCIMFailure(.invalidValue, "\"userName\" is required.").error
    }

    private func changes(names: Bool, mails: Bool) throws(MusterError) -> UserChanges {
        guard let login = after.text("userName") else { throw SCIMUserChanges.missingName }
        let username = try Username(login)
        var changes = UserChanges()
        if before["userName"] != after["userName"] { changes.username = username }
        if names {
            changes.name = try SCIMUserChanges.naming("displayName") { () throws(MusterError) in
                try ContactRules.name(after.text("displayName") ?? "")
            }
        }
        if mails { changes.email = try email(of: username) }
        if case .bool(let isActive)? = after["active"], before["active"] != after["active"] {
            changes.isEnabled = isActive
        }
        if before["roles"] != after["roles"] { changes.role = try role() }
        let schema = SCIMSchema.musterUser
        guard before[schema.id] != after[schema.id] else { return changes }
        changes.readMask = number("readMask")
        changes.writeMask = number("writeMask")
        changes.liveviewMask = number("liveviewMask")
        if differs("inactivityTimeout") { changes.inactivityTimeout = try timeout() }
        if differs("hosts") {
            let hosts = SCIMPerson.elements(after.value("hosts", in: schema))
            changes.hosts = try AllowedNetworks(
                hosts.compactMap { host in
                    guard case .string(let text) = host else { return nil }
                    return text
                }
            )
        }
        changes.isAPIPermitted = try isOpen("apiDoor")
        changes.isPasswordPermitted = try isOpen("passwordDoor")
        changes.isSAMLPermitted = try isOpen("samlDoor")
        if differs("secondFactor") {
            changes.requiresSecondFactorEnrolment = try isWord("secondFactor", "required")
        }
        return changes
    }

    private func differs(_ name: String) -> Bool {
        before.value(name, in: .musterUser) != after.value(name, in: .musterUser)
    }

    private func email(of username: Username) throws(MusterError) -> String {
        guard let place = SCIMPerson.mirrored(after),
            let address = SCIMPerson.elements(after["emails"])[place].value("value")
        else { return "" }
        return try SCIMUserChanges.naming("emails") { () throws(MusterError) in
            try ContactRules.email(address, of: username)
        } ?? ""
    }

    private func role() throws(MusterError) -> Role {
        var roles: Set<Role> = []
        for element in SCIMPerson.elements(after["roles"]) {
            guard let text = element.value("value") else {
                throw SCIMFailure(.invalidValue, "Each of \"roles\" must have a \"value\".").error
            }
            roles.insert(try role(text))
        }
        guard roles.count <= 1 else {
            throw SCIMFailure(.invalidValue, "\"roles\" must name one role: a user has one.").error
        }
        return roles.first ?? .basic
    }

    private func role(_ text: String) throws(MusterError) -> Role {
        if let role = Role.allCases.first(where: { $0.name.hasSameFoldedBytes(as: text) }) {
            return role
        }
        if let uuid = UUID(path: text), let role = Role(uuid: uuid) { return role }
        do {
            return try Role(word: text, field: "roles")
        } catch {
            let names = Role.allCases.map(\.name).joined(separator: ", ")
            throw SCIMFailure(
                .invalidValue,
                "\"roles\" must have one of \(names), not \(text.quoted(40))."
            ).error
        }
    }

    /// A number that has changed; zero if there is none any more.
    private func number(_ name: String) -> Int64? {
        guard differs(name) else { return nil }
        guard case .integer(let number)? = after.value(name, in: .musterUser) else { return 0 }
        return number
    }

    private func timeout() throws(MusterError) -> Duration {
        let seconds = number("inactivityTimeout") ?? 0
        guard seconds <= Int64(Int32.max) else {
            throw SCIMFailure(
                .invalidValue,
                "\"inactivityTimeout\" must be seconds from 0 to \(Int32.max), not \(seconds)."
            ).error
        }
        return .seconds(seconds)
    }

    private func isOpen(_ name: String) throws(MusterError) -> Bool? {
        differs(name) ? try !isWord(name, "closed") : nil
    }

    /// Whether an attribute has the one word that it may have.
    private func isWord(_ name: String, _ word: String) throws(MusterError) -> Bool {
        guard case .string(let text)? = after.value(name, in: .musterUser) else { return false }
        guard text.hasSameFoldedBytes(as: word) else {
            throw SCIMFailure(
                .invalidValue,
                "\"\(name)\" must be \(word) or left out, not \(text.quoted(40))."
            ).error
        }
        return true
    }

    /// Does something whose complaints call a value by another name.
    private static func naming<Value>(
        _ name: String,
        _ body: () throws(MusterError) -> Value
    ) throws(MusterError) -> Value {
        do {
            return try body()
        } catch {
            var error = error
            let rest = error.message.utf8.split(
                separator: UInt8(ascii: "\""),
                omittingEmptySubsequences: false
            )
            if rest.count >= 3 { error.message = "\"\(name)\"" + String(Substring(rest[2])) }
            throw error
        }
    }
}
