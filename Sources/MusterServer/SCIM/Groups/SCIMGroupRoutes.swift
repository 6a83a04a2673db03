import FoundationEssentials
import HTTPTypes
import Hummingbird
import MusterCore
import SCIMAPI
import TextBytes
import WireJSON

/// Groups as SCIM resources.
///
/// The group of all users is none of them: nobody could write it.
struct SCIMGroupRoutes: Sendable {
    /// The most members with which the answer to a change shows the group, and with which it is read where its caller comes in.
    static let shownMembers = 100

    private let directory: Directory
    private let groups: GroupService
    private let search: SCIMGroupSearch
    private let view: SCIMGroupView
    private let place: SCIMPlace

    init(_ directory: Directory, _ place: SCIMPlace) {
        self.directory = directory
        groups = GroupService(directory)
        search = SCIMGroupSearch(directory)
        view = SCIMGroupView(directory)
        self.place = place
    }

    var routes: [Route] {
        [
            SCIMRoutes.route(.get, "/Groups", isList: true, list),
            SCIMRoutes.route(.post, "/Groups", create),
            SCIMRoutes.route(.post, "/Groups/.search", isList: true, find),
            SCIMRoutes.reading(
                "/Groups/:id",
                in: directory,
                takesFastPath: false,
                isList: true,
                leaving: readLong,
                read
            ),
            SCIMRoutes.route(.put, "/Groups/:id", replace),
            SCIMRoutes.route(.patch, "/Groups/:id", change),
            SCIMRoutes.route(.delete, "/Groups/:id", remove),
        ]
    }

    @Sendable private func list(_ call: Call) async throws -> Response {
        try await SCIMList.page(
            for: call,
            at: place,
            try SCIMPage(try call.scimQuery()),
            search.found(_:by:root:)
        )
    }

    @Sendable private func find(_ call: Call) async throws -> Response {
        try await SCIMList.page(
            for: call,
            at: place,
            try SCIMPage(try call.scimBody()),
            search.found(_:by:root:)
        )
    }

    /// Answers with a group of which no more members are to be shown than an index finds at once.
    @Sendable private func read(_ call: ReadCall) throws(MusterError) -> Answer? {
        guard let root = place.root(of: call) else { return nil }
        try call.principal.requireReader()
        let id = try UUID(scimID: call.parameter, .groupNotFound)
        let projection = try SCIMPage(try call.scimQuery()).projection(of: .group)
        let found = try groups.withMembers(
            id,
            listing: projection.memberListing,
            upTo: SCIMGroupRoutes.shownMembers,
            by: call.principal,
            in: call.reader
        )
        guard let found else { return nil }
        let version = view.version(found.group)
        guard !call.knows(version) else {
            return Answer(status: .notModified, fields: [(.eTag, version)])
        }
        return answer(found, root: root, projection)
    }

    /// Answers with a group of many members, when it is read where lists are.
    @Sendable private func readLong(_ call: Call) async throws -> Response {
        let principal = try call.principal
        try principal.requireReader()
        let id = try call.scimID(.groupNotFound)
        let projection = try SCIMPage(try call.scimQuery()).projection(of: .group)
        let found = try await longGroup(id, projection.memberListing, by: principal)
        let version = view.version(found.group)
        guard !call.request.knows(version) else {
            return Response(status: .notModified, headers: [.eTag: version])
        }
        return try answer(found, call, projection)
    }

    @Sendable private func create(_ call: Call) async throws -> Response {
        let principal = try call.principal
        try principal.requireAdministrator()
        let projection = try SCIMPage(try call.scimQuery()).projection(of: .group)
        var found = try await groups.create(
            by: principal,
            withMembers: { () throws(MusterError) in
                try SCIMGroupRoutes.whole(try call.scimBody(), isNew: true)
            }
        )
        if projection.memberListing == .names, found.members?.isEmpty == false {
            found = try await longGroup(found.group.uuid, .names, by: principal)
        }
        return try answer(found, call, projection, status: .created)
    }

    @Sendable private func replace(_ call: Call) async throws -> Response {
        try await revise(call, isPatch: false) { body, _ throws(MusterError) in
            let revision = try SCIMGroupRoutes.whole(body, isNew: false)
            return { _ throws(MusterError) in revision }
        }
    }

    @Sendable private func change(_ call: Call) async throws -> Response {
        try await revise(call, isPatch: true) { body, view throws(MusterError) in
            let patch = try scim { () throws(SCIMFailure) in try SCIMPatch(body, of: .group) }
            let steps = try SCIMGroupRoutes.steps(patch.memberships)
            return { group throws(MusterError) in
                let before = view.attributes(of: group)
                let after = try scim { () throws(SCIMFailure) in try patch.apply(to: before) }
                var revision = try SCIMGroupRoutes.revision(from: before, to: after)
                revision.steps = steps
                return revision
            }
        }
    }

    /// What becomes of a group as it is.
    private typealias Revising = @Sendable (Group) throws(MusterError) -> GroupRevision

    /// Changes a group by what `read` finds in the body, and answers with the group: with nothing where it is long, it was
    /// a change of some of it, and nobody asked for any of it.
    ///
    /// Otherwise a long one is read when the change is made, during which all others wait, and where lists are.
    private func revise(
        _ call: Call,
        isPatch: Bool,
        _ read: (JSONObject, SCIMGroupView) throws(MusterError) -> Revising
    ) async throws -> Response {
        let principal = try call.principal
        try principal.requireAdministrator()
        let id = try call.scimID(.groupNotFound)
        let (view, wanted) = (view, call.wantedVersions)
        let revising = try read(try call.scimBody(), view)
        let projection = try SCIMPage(try call.scimQuery()).projection(of: .group)
        let listing = projection.memberListing
        let isLong: @Sendable (Group) -> Bool = { $0.userCount > SCIMGroupRoutes.shownMembers }
        let found = try await groups.revise(id, by: principal) { group in
            isLong(group) ? .nobody : listing
        } _: { group throws(MusterError) in
            try SCIMVersion.require(view.version(group), wanted)
            return try revising(group)
        }
        guard isLong(found.group) else { return try answer(found, call, projection) }
        guard !isPatch || projection.isChosen else {
            return Response(status: .noContent, headers: [.eTag: view.version(found.group)])
        }
        let lane = ListThreads.pages.lane(for: principal.payer)
        return try await PreferredExecutor.run(on: lane) {
            let whole = try await longGroup(id, listing, by: principal)
            return try answer(whole, call, projection)
        }
    }

    /// A group of any number of members, which are read when it is the caller's turn, as a search is made: their names alone may take
    /// as long as a look at everybody.
    private func longGroup(
        _ id: UUID,
        _ listing: GroupWithMembers.Listing,
        by principal: Principal
    ) async throws(MusterError) -> GroupWithMembers {
        try await SearchTurns.users.run(for: principal) { () async throws(MusterError) in
            try await groups.withMembers(id, listing: listing, by: principal)
        }
    }

    @Sendable private func remove(_ call: Call) async throws -> Response {
        let principal = try call.principal
        try principal.requireAdministrator()
        let id = try call.scimID(.groupNotFound)
        let (view, wanted) = (view, call.wantedVersions)
        try await groups.deleteWithMembers(id, by: principal) { group throws(MusterError) in
            try SCIMVersion.require(view.version(group), wanted)
        }
        return Response(status: .noContent)
    }

    private func answer(
        _ found: GroupWithMembers,
        _ call: Call,
        _ projection: SCIMProjection,
        status: HTTPResponse.Status = .ok
    ) throws(MusterError) -> Response {
        let (root, principal) = (place.root(of: call), try call.principal)
        // One that is new has no more members than its body could name.
        if status != .created {
            let batches = SCIMGroupBatches(
                found,
                view,
                root: root,
                projection,
                of: groups,
                for: principal
            )
            if let batches { return try pieces(batches, for: principal) }
        }
        var answer = answer(found, root: root, projection, status: status)
        if status == .created {
            answer.fields.append((.location, "\(root)/Groups/\(found.group.uuid.text)"))
        }
        return try Response.page(answer, for: principal.payer)
    }

    /// The answer with a group of very many members, piece by piece.
    private func pieces(
        _ batches: SCIMGroupBatches,
        for principal: Principal
    ) throws(MusterError) -> Response {
        var response = try Response.list(
            batches,
            for: principal.payer,
            places: batches.places
        )
        response.headers[.eTag] = view.version(batches.group)
        return response
    }

    private func answer(
        _ found: GroupWithMembers,
        root: String,
        _ projection: SCIMProjection,
        status: HTTPResponse.Status = .ok
    ) -> Answer {
        let resource = projection.apply(to: view.resource(found, root: root), of: .group)
        let count = found.members?.count ?? 0
        var answer = Answer.json(status, reserving: 512 + count * 160) {
            $0.value(.object(resource))
        }
        answer.fields.append((.eTag, view.version(found.group)))
        return answer
    }

    /// What becomes of a group in whose place a body is put, or that is made from it.
    private static func whole(
        _ object: JSONObject,
        isNew: Bool
    ) throws(MusterError) -> GroupRevision {
        let body = try scim { () throws(SCIMFailure) in
            try SCIMBody(object.setting("members", to: nil, in: nil), of: .group)
        }
        guard let name = body.resource.text("displayName") else {
            throw SCIMFailure(.invalidValue, "\"displayName\" is required.").error
        }
        var revision = GroupRevision()
        revision.draft = try draft(name)
        revision.externalID = .some(body.resource.text("externalId"))
        if let members = object.members.first(where: {
            $0.name.hasSameFoldedBytes(as: "members")
        }) {
            let ids = try scim { () throws(SCIMFailure) in try SCIMMembership.ids(members.value) }
            if !ids.isEmpty || !isNew { revision.steps = try steps([.replace(ids)]) }
        }
        return revision
    }

    private static func revision(
        from before: JSONObject,
        to after: JSONObject
    ) throws(MusterError) -> GroupRevision {
        var revision = GroupRevision()
        if before["displayName"] != after["displayName"] {
            revision.draft = try draft(after.text("displayName") ?? "")
        }
        if before["externalId"] != after["externalId"] {
            revision.externalID = .some(after.text("externalId"))
        }
        return revision
    }

    private static func draft(_ name: String) throws(MusterError) -> GroupDraft {
        do {
            return try GroupDraft(name: name, isManagedBySAML: nil)
        } catch {
            throw SCIMFailure(
                .invalidValue,
                "\"displayName\" must have 1 to \(Group.maximumNameLength) characters and no control characters."
            ).error
        }
    }

    /// The steps of a change, with what is no id left out where another is one.
    private static func steps(
        _ memberships: [SCIMMembership]
    ) throws(MusterError) -> [GroupRevision.Step] {
        var steps: [GroupRevision.Step] = []
        for membership in memberships {
            switch membership {
            case .add(let ids): steps.append(.add(try uuids(ids)))
            case .replace(let ids): steps.append(.replace(try uuids(ids)))
            case .remove(let ids): steps.append(.remove(ids.compactMap { UUID(path: $0) }))
            case .removeAll: steps.append(.replace([]))
            }
        }
        return steps
    }

    private static func uuids(_ ids: [String]) throws(MusterError) -> [UUID] {
        let uuids = ids.compactMap { UUID(path: $0) }
        guard !uuids.isEmpty || ids.isEmpty else {
            throw SCIMFailure(
                .invalidValue,
                "Members are named by their \"id\", not as \(ids[0].quoted(60))."
            ).error
        }
        return uuids
    }
}
