import Hummingbird
import MusterConsole
import MusterCore

/// Groups and everybody's sessions.
///
/// | method | path | answers |
/// |---|---|---|
/// | GET, POST | /admin/groups | all groups; a group is made |
/// | GET, POST | /admin/groups/{id} | one group; it is renamed |
/// | POST | /admin/groups/{id}/members, /delete | a member is added; the group is gone |
/// | GET | /admin/sessions | sessions, newest first |
/// | POST | /admin/sessions/end | one of them has ended |
struct GroupPageRoutes {
    private let front: ConsoleFront
    private let groups: GroupService
    let sessions: SessionService

    init(_ front: ConsoleFront) {
        self.front = front
        groups = GroupService(front.directory)
        sessions = SessionService(front.directory)
    }

    var routes: [Route] {
        [
            front.page("/admin/groups", isList: true) { visit in try await showAll(visit, nil) },
            front.form("/admin/groups", create),
            front.page("/admin/groups/:id") { visit in try await show(visit, nil) },
            front.form("/admin/groups/:id", isDangerous: ConsoleFront.always, rename),
            front.form("/admin/groups/:id/members", isDangerous: ConsoleFront.always, addMember),
            front.form("/admin/groups/:id/delete", isDangerous: ConsoleFront.always, delete),
            front.page("/admin/sessions", isList: true, showSessions),
            front.form("/admin/sessions/end", endSession),
        ]
    }

    private func showAll(_ visit: Visit, _ error: MusterError?) async throws -> Response {
        let all = try await groups.listInTurn(by: try visit.principal)
        let page = GroupsPage(all, name: FieldState(visit.text("name"), error: error?.message))
        return ConsoleResponse.page(page.html(visit.frame), telling: error)
    }

    @Sendable private func create(_ visit: Visit) async throws -> Response {
        do throws(MusterError) {
            _ = try await groups.create(by: try visit.principal) { () throws(MusterError) in
                try GroupDraft(name: visit.text("name"), isManagedBySAML: nil)
            }
        } catch {
            guard !error.isOfServer else { throw error }
            return try await showAll(visit, error)
        }
        return visit.done("/admin/groups", .created)
    }

    private func show(_ visit: Visit, _ error: MusterError?) async throws -> Response {
        let group = try await groups.detailsInTurn(
            try visit.groupReference(),
            by: try visit.principal
        )
        let isOfMember = visit.items["user"] != nil
        let page = GroupPage(
            group,
            name: FieldState(
                visit.items["name"] ?? group.name,
                error: isOfMember ? nil : error?.message
            ),
            member: FieldState(visit.text("user"), error: isOfMember ? error?.message : nil)
        )
        return ConsoleResponse.page(page.html(visit.frame), telling: error)
    }

    @Sendable private func rename(_ visit: Visit) async throws -> Response {
        let reference = try visit.groupReference()
        do throws(MusterError) {
            _ = try await groups.edit(reference, by: try visit.principal) {
                () throws(MusterError) in
                try GroupDraft(name: visit.text("name"), isManagedBySAML: nil)
            }
        } catch {
            guard !error.isOfServer && error.code != .groupNotFound else { throw error }
            return try await show(visit, error)
        }
        return visit.done("/admin/groups/\(visit.call.parameter("id"))", .saved)
    }

    @Sendable private func addMember(_ visit: Visit) async throws -> Response {
        let reference = try visit.groupReference()
        do throws(MusterError) {
            try await groups.setMembership(
                of: UserReference(native: visit.text("user")),
                in: reference,
                isMember: true,
                by: try visit.principal
            )
        } catch {
            guard !error.isOfServer && error.code != .groupNotFound else { throw error }
            return try await show(visit, error)
        }
        return visit.done("/admin/groups/\(visit.call.parameter("id"))", .memberAdded)
    }

    @Sendable private func delete(_ visit: Visit) async throws -> Response {
        try await groups.delete(try visit.groupReference(), by: try visit.principal)
        return visit.done("/admin/groups", .deleted)
    }
}

extension Visit {
    /// The group whom the path names.
    ///
    /// - Throws: ``MusterError`` with code `group.not_found`.
    fileprivate func groupReference() throws(MusterError) -> GroupReference {
        guard let id = Int(digits: call.parameter("id")) else {
            throw MusterError(.groupNotFound, "The group does not exist.")
        }
        return .id(GroupID(rawValue: Int64(id)))
    }
}
