public import MusterCore

/// What a store held at one moment.
public struct StoreContents: Equatable, Sendable {
    let users: [UserID: User]
    let groups: [GroupID: Group]
    /// A line for each thing else.
    let lines: [String]
}

extension StoreContents {
    /// What any store holds, as far as it can be asked.
    ///
    /// Left out is what refused attempts leave behind: their records, and their counts by source.
    ///
    /// - Parameter reader: A change that writes nothing: ceremonies are told to nobody else.
    /// - Throws: What the store throws.
    public init(_ reader: any DirectoryTransaction) throws(MusterError) {
        let users = try reader.users(UserQuery(limit: UserQuery.maximumLimit))
        let groups = try reader.groups()
        var lines = ["revision \(try reader.revision())"]
        for user in users { lines += try StoreContents.lines(of: user.id, reader) }
        for group in groups {
            lines += try reader.memberUUIDs(of: group.id).map {
                "member \(group.id.rawValue) \($0)"
            }
        }
        lines += try reader.sessions(SessionQuery()).map {
            "session \(Hex.text($0.session.digest.bytes)) \($0.session.user.rawValue)"
        }
        let events = try reader.auditEvents(AuditQuery(limit: AuditQuery.maximumLimit))
        lines += events.filter { !$0.isFailure }.map { event in
            "record \(event.id) \(event.action.rawValue)"
        }
        self.init(
            users: Dictionary(users.map { ($0.id, $0) }) { $1 },
            groups: Dictionary(groups.map { ($0.id, $0) }) { $1 },
            lines: lines.sorted()
        )
    }

    /// What belongs to a user.
    private static func lines(
        of user: UserID,
        _ reader: any DirectoryTransaction
    ) throws(MusterError) -> [String] {
        let number = user.rawValue
        var lines: [String] = []
        if let password = try reader.password(of: user) {
            lines.append("password \(number) \(password.hash.text) \(password.isTemporary)")
        }
        if try reader.hasAPIKey(user) { lines.append("api key \(number)") }
        lines += try reader.sshKeys(of: user).map { "ssh key \(number) \($0.fingerprint)" }
        if let person = try reader.person(of: user) {
            lines.append("person \(number) \(person.externalID ?? "none") \(person.document)")
        }
        if let code = try reader.verificationCode(of: user) {
            lines.append("code \(number) \(Hex.text(code.digest.bytes)) \(code.triesLeft)")
        }
        lines += try reader.factors(of: user).map {
            "factor \($0.id.rawValue) \(number) \($0.label) \($0.isConfirmed)"
        }
        lines += try reader.ceremonies(of: user).map {
            "ceremony \(Hex.text($0.digest.bytes)) \(number)"
        }
        lines.append("recovery codes \(number) \(try reader.recoveryCodeCount(of: user))")
        return lines
    }
}
