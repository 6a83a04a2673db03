import Hummingbird
import MusterCore
import SCIMAPI
import WireJSON

/// The search over users and groups at once (RFC 7644 section 3.4.3): first all users who pass, then all groups.
struct SCIMSearchRoutes: Sendable {
    private let users: SCIMUserSearch
    private let groups: SCIMGroupSearch
    private let place: SCIMPlace

    init(_ directory: Directory, _ place: SCIMPlace) {
        users = SCIMUserSearch(directory, place.settings)
        groups = SCIMGroupSearch(directory)
        self.place = place
    }

    var routes: [Route] {
        [SCIMRoutes.route(.post, "/.search", isList: true, find)]
    }

    @Sendable private func find(_ call: Call) async throws -> Response {
        let principal = try call.principal
        try principal.requireReader()
        let page = try SCIMPage(try call.scimBody())
        guard page.cursor == nil else {
            throw SCIMFailure(
                .invalidCursor,
                "Users and groups together have no cursors; use \"startIndex\", or search one kind."
            ).error
        }
        let root = place.root(of: call)
        let start = page.startIndex ?? 1
        var rest = page
        var all = SCIMFound(resources: [], total: 0, next: nil)
        for type in try kinds(of: page) {
            let total = all.total ?? 0
            rest.count = page.count - all.resources.count
            rest.startIndex = max(start - total, 1)
            let found =
                type.name == SCIMResourceType.user.name
                ? try await users.found(rest, by: principal, root: root)
                : try await groups.found(rest, by: principal, root: root)
            all.resources += found.resources
            all.long = found.long
            all.total = total + (found.total ?? 0)
        }
        return try SCIMList.page(all, page, for: principal.payer)
    }

    /// The kinds of resource of which the filter speaks; nobody has what another kind alone has.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid` where it speaks of none.
    private func kinds(of page: SCIMPage) throws(MusterError) -> [SCIMResourceType] {
        var kinds: [SCIMResourceType] = []
        var refusal: MusterError?
        for type in place.settings.kinds {
            do {
                _ = try page.filter(over: type)
                kinds.append(type)
            } catch {
                if error.details[SCIMErrors.kind] == SCIMFailure.Kind.sensitive.rawValue {
                    throw error
                }
                refusal = refusal ?? error
            }
        }
        if kinds.isEmpty, let refusal { throw refusal }
        return kinds
    }
}
