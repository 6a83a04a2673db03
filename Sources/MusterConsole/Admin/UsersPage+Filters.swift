extension UsersPage {
    /// What is looked for, as it stands in the query.
    package struct Filters: Sendable {
        /// With what names begin.
        package var search = ""
        /// The role's word; empty for any.
        package var role = ""
        /// `enabled`, `disabled` or `locked`; empty for any.
        package var state = ""
        /// The group's number; empty for any.
        package var group = ""
        /// `none` for those without a second factor; empty for any.
        package var factor = ""
        /// For how many days nothing was opened; empty for any.
        package var unused = ""
        /// For how many days API keys were not used; empty for any.
        package var keys = ""
        /// `now` for those who have expired, or within how many days they will have; empty for any.
        package var expires = ""
        /// The order.
        package var sort = "username"
        /// What is shown beside the names.
        package var columns = UserColumn.usual

        /// Nothing is looked for.
        package init() {}

        /// Whether anything is looked for.
        package var isEmpty: Bool { pairs.allSatisfy { $0.name == "sort" || $0.value.isEmpty } }

        /// Whether anything is looked for that stands under the others.
        var hasMore: Bool { ![factor, unused, keys, expires].allSatisfy(\.isEmpty) }

        /// What stands in the query, under its names.
        package var pairs: [(name: String, value: String)] {
            [
                ("q", search), ("role", role), ("state", state), ("group", group),
                ("factor", factor), ("unused", unused), ("keys", keys), ("expires", expires),
                ("sort", sort),
            ]
        }
    }
}
