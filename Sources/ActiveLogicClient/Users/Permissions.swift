import TextBytes

extension ActiveLogic {
    /// What a mask holds: a bit for each resource, under the names of the API's documents.
    ///
    /// The masks themselves stay numbers, and each number is a set: bits without a name here are kept, and come back as
    /// they went. The documents name the resources and not their bits; these are Muster's, which it says at
    /// `GET /permissions` and never renumbers.
    ///
    /// ```swift
    /// let user = try await users.addUser(
    ///     name: "jane",
    ///     password: initialPassword,
    ///     read: [.users, .statistics],
    ///     write: .config
    /// )
    /// print(user.readPermissions, user.canRead(.config))
    /// ```
    public struct Permissions: OptionSet, Hashable, Sendable {
        /// The mask: 0 to 2^63-1.
        ///
        /// The server refuses negative numbers.
        public let rawValue: Int64

        /// Takes a mask.
        public init(rawValue: Int64) {
            self.rawValue = rawValue
        }

        /// Bit 0: Ruleset.
        public static let ruleset = Permissions(rawValue: 1 << 0)
        /// Bit 1: Config.
        public static let config = Permissions(rawValue: 1 << 1)
        /// Bit 2: Statistics.
        public static let statistics = Permissions(rawValue: 1 << 2)
        /// Bit 3: Users, the users of this API.
        public static let users = Permissions(rawValue: 1 << 3)
        /// Bit 4: SysDiag.
        public static let sysDiag = Permissions(rawValue: 1 << 4)
        /// Bit 5: Channels.
        public static let channels = Permissions(rawValue: 1 << 5)
        /// Bit 6: Realtime.
        public static let realtime = Permissions(rawValue: 1 << 6)
        /// Bit 7: ResourceEdit.
        public static let resourceEdit = Permissions(rawValue: 1 << 7)

        /// All bits that a mask can have, 0 to 62: what an administrator holds.
        public static let all = Permissions(rawValue: .max)

        /// Finds a bit by its name in the documents, such as `SysDiag`, in upper or lower case; nil if there is
        /// none of that name.
        public init?(name: String) {
            let bit = ActiveLogic.Permissions.names.firstIndex { $0.hasSameFoldedBytes(as: name) }
            guard let bit else { return nil }
            self.init(rawValue: 1 << Int64(bit))
        }

        /// The names, by bit.
        private static let names = [
            "Ruleset", "Config", "Statistics", "Users", "SysDiag", "Channels", "Realtime",
            "ResourceEdit",
        ]
    }
}

extension ActiveLogic.Permissions: CustomStringConvertible {
    /// The names of the documents: `Config,Users,bit 40`, `all`, or `none`.
    public var description: String {
        if self == .all { return "all" }
        if isEmpty { return "none" }
        let names = ActiveLogic.Permissions.names
        return (0..<Int64.bitWidth)
            .filter { rawValue >> Int64($0) & 1 == 1 }
            .map { names.indices.contains($0) ? names[$0] : "bit \($0)" }
            .joined(separator: ",")
    }
}

extension User {
    /// The read permissions, by name.
    public var readPermissions: ActiveLogic.Permissions {
        get { ActiveLogic.Permissions(rawValue: readbm) }
        set { readbm = newValue.rawValue }
    }

    /// The write permissions, by name.
    ///
    /// Write includes read.
    public var writePermissions: ActiveLogic.Permissions {
        get { ActiveLogic.Permissions(rawValue: writebm) }
        set { writebm = newValue.rawValue }
    }

    /// The liveview permissions, by name.
    public var lviewPermissions: ActiveLogic.Permissions {
        get { ActiveLogic.Permissions(rawValue: lviewbm) }
        set { lviewbm = newValue.rawValue }
    }

    /// Whether the user may read all of these; a write permission includes the read one.
    public func canRead(_ resources: ActiveLogic.Permissions) -> Bool {
        readPermissions.union(writePermissions).isSuperset(of: resources)
    }

    /// Whether the user may write all of these.
    public func canWrite(_ resources: ActiveLogic.Permissions) -> Bool {
        writePermissions.isSuperset(of: resources)
    }
}

extension Authentication {
    /// The liveview permissions, by name.
    public var lviewPermissions: ActiveLogic.Permissions {
        ActiveLogic.Permissions(rawValue: lviewbm)
    }

    /// The read permissions, by name.
    public var readPermissions: ActiveLogic.Permissions {
        ActiveLogic.Permissions(rawValue: readbm)
    }

    /// The write permissions, by name.
    public var writePermissions: ActiveLogic.Permissions {
        ActiveLogic.Permissions(rawValue: writebm)
    }
}
