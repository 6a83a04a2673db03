extension MusterClient {
    /// How an import goes.
    public struct ImportOptions: Sendable {
        /// What a line does whose user exists.
        public enum Mode: String, Sendable, CaseIterable {
            /// It is a bad line.
            case create
            /// It changes the user.
            case upsert
        }

        /// What a bad line does.
        public enum OnError: String, Sendable, CaseIterable {
            /// Nothing is taken.
            case stop
            /// The other lines are taken.
            case `continue`
        }

        /// Which lines that were taken the answer tells of.
        public enum Results: String, Sendable, CaseIterable {
            /// None.
            case failed
            /// Those that let their users administer users.
            case administrators
            /// All.
            case all
        }

        /// What a line does whose user exists.
        public var mode = Mode.create
        /// What a bad line does.
        public var onError = OnError.stop
        /// Whether nothing is changed and only told what would be.
        public var isDryRun = false
        /// Whether groups that lines name and that do not exist are made.
        public var createsGroups = false
        /// Whether a line is bad that would take the administration of users from the caller.
        public var keepsAdministration = false
        /// Which lines that were taken the answer tells of.
        public var results = Results.failed

        /// Makes users who are not there yet, all or none.
        public init() {}

        /// The names and values of a query.
        var query: [(name: String, value: String?)] {
            [
                ("mode", mode.rawValue), ("on_error", onError.rawValue),
                ("dry_run", isDryRun ? "true" : nil),
                ("create_groups", createsGroups ? "true" : nil),
                ("keep_administration", keepsAdministration ? "true" : nil),
                ("results", results.rawValue),
            ]
        }
    }
}
