// What each service can do is what it is given here. No other file of the core knows ``Directory``.

extension UserService {
    /// Works on a directory.
    public init(_ directory: Directory) {
        self.init(
            directory.access,
            passwords: directory.passwords,
            notices: directory.notices
        )
    }
}

extension PersonService {
    /// Works on a directory.
    public init(_ directory: Directory, readsKeys: Bool = false) {
        self.init(
            directory.access,
            passwords: directory.passwords,
            notices: directory.notices
        )
        self.readsKeys = readsKeys
    }
}

extension GroupService {
    /// Works on a directory.
    public init(_ directory: Directory) {
        self.init(directory.access)
    }
}

extension APIKeyService {
    /// Works on a directory.
    public init(_ directory: Directory) {
        self.init(
            directory.access,
            passwords: directory.passwords,
            notices: directory.notices
        )
    }
}

extension SSHKeyService {
    /// Works on a directory.
    public init(_ directory: Directory) {
        self.init(
            directory.access,
            curves: directory.curves,
            passwords: directory.passwords,
            notices: directory.notices
        )
    }
}

extension AuthorizedKeysService {
    /// Works on a directory.
    public init(_ directory: Directory) {
        self.init(directory.access, curves: directory.curves)
    }
}

extension AuditService {
    /// Works on a directory.
    public init(_ directory: Directory) {
        self.init(directory.access)
    }
}

extension ConfirmationService {
    /// Works on a directory.
    public init(_ directory: Directory) {
        self.init(directory.access, passwords: directory.passwords)
    }
}

extension ExportService {
    /// Works on a directory.
    public init(_ directory: Directory) {
        self.init(directory.access, passwords: directory.passwords)
    }
}

extension ImportService {
    /// Works on a directory.
    public init(_ directory: Directory) {
        self.init(
            directory.access,
            hasher: directory.hasher,
            curves: directory.curves,
            spools: directory.spools,
            shares: directory.importShares,
            refusals: directory.refusals,
            notices: directory.notices
        )
    }
}

extension EntryService {
    /// Works on a directory.
    ///
    /// - Parameters:
    ///   - directory: What is shown.
    ///   - showsDisabled: Whether administrators are shown users who may not come in; nobody else ever is.
    public init(_ directory: Directory, showsDisabled: Bool = false) {
        self.init(directory.access, showsDisabled: showsDisabled)
    }
}
