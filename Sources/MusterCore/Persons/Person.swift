import TextBytes

/// What is known of a user as a person that no sign-in needs: parts of the name, telephones, addresses, the place in an
/// organization.
///
/// Kept as the protocol wrote it that brought it; nobody else has one.
public struct Person: Sendable, Equatable {
    /// The longest document, in bytes of UTF-8.
    public static let maximumBytes = 16_384
    /// The longest identifier of another system, in bytes of UTF-8.
    public static let maximumExternalIDBytes = 255

    /// The identifier that another system gave, which need not be the only one of its kind; nil if none did.
    public var externalID: String?
    /// Addresses for mail beside the user's own, by which it is found.
    public var otherAddresses: [String]
    /// The rest: a JSON object.
    public var document: String

    /// Builds a person of whom nothing is known.
    public init(
        externalID: String? = nil,
        otherAddresses: [String] = [],
        document: String = "{}"
    ) {
        self.externalID = externalID
        self.otherAddresses = otherAddresses
        self.document = document
    }

    /// Whether both say the same, compared as bytes.
    public static func == (left: Person, right: Person) -> Bool {
        left.document.hasSameBytes(as: right.document)
            && left.externalID.hasSameBytes(as: right.externalID)
            && left.otherAddresses.elementsEqual(right.otherAddresses) { $0.hasSameBytes(as: $1) }
    }

    /// Refuses what is too long to be kept.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`.
    public func check() throws(MusterError) {
        guard document.utf8.count <= Person.maximumBytes else {
            throw .invalid(
                "person",
                "Name, telephones, addresses and the like have \(document.utf8.count) bytes together, and at most "
                    + "\(Person.maximumBytes) are kept of a user.",
                rule:
                    "has \(document.utf8.count) bytes, and at most \(Person.maximumBytes) are kept"
            )
        }
        guard (externalID?.utf8.count ?? 0) <= Person.maximumExternalIDBytes else {
            throw .invalid(
                "externalId",
                rule: "must have at most \(Person.maximumExternalIDBytes) bytes"
            )
        }
    }

    /// What an audit record says of a change of it: that there was one, since the log outlives the person.
    static func auditFields(_ after: Person?, changedFrom before: Person?) -> [AuditField] {
        guard let after, after != before else { return [] }
        var fields: [AuditField] = []
        if !after.externalID.hasSameBytes(as: before?.externalID) {
            fields.append(AuditField("external_id", after.externalID ?? "none"))
        }
        let isDocumentSame = before.map { $0.document.hasSameBytes(as: after.document) } ?? false
        if !isDocumentSame {
            fields.append(AuditField("person", before == nil ? "set" : "changed"))
        }
        if after.isOtherOnMachines(than: before) { fields.append(AuditField("posix", "changed")) }
        return fields
    }

    /// The document's last member, which has what machines know of the account: where its files are, and with what its terminals
    /// begin.
    private static let machineMember = Array(#""posix":{"#.utf8)

    /// What machines know of the account, as it is kept; empty if there is nothing.
    private var machineAccount: ArraySlice<UInt8> {
        let bytes = Array(document.utf8)
        // No text has these bytes, in which quotation marks are escaped.
        let starts = 0..<max(0, bytes.count - Person.machineMember.count)
        let start = starts.last { bytes[$0...].starts(with: Person.machineMember) }
        return start.map { bytes[$0...] } ?? []
    }

    /// Whether machines are told something else of the account than by what was known of it before.
    func isOtherOnMachines(than former: Person?) -> Bool {
        machineAccount != former?.machineAccount ?? []
    }
}

/// A user with what is known of it as a person, and its groups.
public struct PersonalAccount: Sendable {
    /// The user.
    public var user: User
    /// The person; nil if nobody has said anything of it.
    public var person: Person?
    /// The groups that the user was put into, without the built-in one.
    public var groups: [Group]
    /// The public keys; nil if nobody asked for them (``PersonService/readsKeys``).
    public var keys: [StoredSSHKey]?

    /// Builds an account.
    public init(
        user: User,
        person: Person?,
        groups: [Group] = [],
        keys: [StoredSSHKey]? = nil
    ) {
        self.keys = keys
        self.user = user
        self.person = person
        self.groups = groups
    }
}
