/// Where a person is, by the word of an application that asks for it.
public struct ToldPlace: Sendable {
    /// The person's address.
    let address: IPAddress
    /// Who says so.
    let teller: Principal

    /// What somebody says, of whom nobody knows yet whether it is to be believed.
    public init(_ address: IPAddress, by teller: Principal) {
        self.address = address
        self.teller = teller
    }

    /// What the audit log says of it.
    var fields: [AuditField] {
        [
            AuditField("told_address", address.description),
            AuditField("told_by", teller.user.username.text),
        ]
    }
}

extension RequestSource {
    /// The source of what a person does there, by somebody's word; this one if nobody has said anything.
    func told(_ place: ToldPlace?) -> RequestSource {
        guard let place else { return self }
        return RequestSource(self, at: place)
    }

    /// What the audit log says beside an address that was told: where the connection comes from, and by whose word the address
    /// is another one.
    var auditFields: [AuditField] {
        guard let teller else { return [] }
        return [
            AuditField("asked_from", peer?.description ?? "none"), AuditField("told_by", teller),
        ]
    }
}
