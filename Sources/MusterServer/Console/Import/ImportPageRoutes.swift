import HTTPTypes
import Hummingbird
import MusterConsole
import MusterCore
import TextBytes
import WireJSON

/// Imports of lists of users.
///
/// | method | path | answers |
/// |---|---|---|
/// | GET, POST | /admin/import | the form; what was pasted is looked at |
/// | POST | /admin/import/file | for the script: a file is looked at |
/// | GET | /admin/import/{id} | how far it is |
/// | POST | /admin/import/{id}/start, /discard | it is written; it is forgotten |
struct ImportPageRoutes {
    private let front: ConsoleFront
    private let jobs: ImportJobs

    init(_ front: ConsoleFront) {
        self.front = front
        jobs = ImportJobs(front.parts)
    }

    var routes: [Route] {
        [
            front.page("/admin/import") { visit in try showForm(visit, nil) },
            front.form("/admin/import", fieldBytes: front.parts.bodyBytes, paste),
            front.upload("/admin/import/file", file),
            front.page("/admin/import/:id", show),
            front.form("/admin/import/:id/start", isDangerous: ConsoleFront.always, start),
            front.form("/admin/import/:id/discard", discard),
        ]
    }

    private func showForm(_ visit: Visit, _ error: MusterError?) throws -> Response {
        let principal = try visit.principal
        try principal.requireAdministrator()
        var page = ImportPage()
        let modeComplaint = error.flatMap { Visit.complaint($0, of: "mode") }
        page.list = FieldState(
            visit.text("list"),
            error: modeComplaint == nil ? error?.message : nil
        )
        page.mode = FieldState(
            visit.items["mode"] ?? ImportOptions.Mode.create.rawValue,
            error: modeComplaint
        )
        page.createsGroups = visit.isOn("create_groups")
        page.underWay = jobs.list(of: principal.payer).map { ($0.id, $0.shown) }
        return ConsoleResponse.page(page.html(visit.frame), telling: error)
    }

    @Sendable private func paste(_ visit: Visit) async throws -> Response {
        let principal = try visit.principal
        do throws(MusterError) {
            let list = Array(visit.text("list").utf8)
            guard list.contains(where: { $0 > 0x20 }) else {
                throw .invalid("list", visit.frame.texts.imports.nothing)
            }
            let room = jobs.room(for: principal.payer)
            guard room.take(list.count) else { throw ImportPageRoutes.noRoom }
            let job = try jobs.add(
                list,
                room,
                name: "",
                try ImportPageRoutes.options(visit.items),
                by: principal
            )
            return ConsoleResponse.seeOther("/admin/import/\(job.id)")
        } catch {
            guard !error.isOfServer else { throw error }
            return try showForm(visit, error)
        }
    }

    /// Takes a file as it arrives, which the script sends as it is.
    @Sendable private func file(_ visit: Visit) async throws -> Response {
        let principal = try visit.principal
        try principal.requireAdministrator()
        let options = try ImportPageRoutes.options(visit.items)
        visit.call.expectLongBody()
        let room = jobs.room(for: principal.payer)
        var file: [UInt8] = []
        for try await part in visit.call.request.body {
            guard file.count + part.readableBytes <= ImportJobs.mostBytes else {
                throw MusterError(
                    .bodyTooLarge,
                    "The file has more than \(ImportJobs.mostBytes / 1_048_576) MiB. Import it with: muster users import"
                )
            }
            guard room.take(part.readableBytes) else { throw ImportPageRoutes.noRoom }
            file.append(contentsOf: part.readableBytesView)
        }
        let name = visit.text("name").head(TextLimit.quotation)
        let job = try jobs.add(file, room, name: name, options, by: principal)
        let path = "/admin/import/\(job.id)"
        return ConsoleResponse.json(
            Answer.json { json in json.object { $0.member("path", path) } }.body ?? []
        )
    }

    private static func options(_ items: QueryItems) throws(MusterError) -> ImportOptions {
        let modes = ImportOptions.Mode.allCases.map { ($0.rawValue, $0) }
        return ImportOptions(
            mode: try items.choice("mode", modes) ?? .create,
            createsGroups: items["create_groups"] != nil,
            keepsAdministration: true
        )
    }

    @Sendable private func show(_ visit: Visit) async throws -> Response {
        let job = try job(visit)
        return ConsoleResponse.page(ImportPage.job(visit.frame, job.id, job.shown))
    }

    @Sendable private func start(_ visit: Visit) async throws -> Response {
        let job = try job(visit)
        try jobs.write(job, by: try visit.principal)
        return ConsoleResponse.seeOther("/admin/import/\(job.id)")
    }

    @Sendable private func discard(_ visit: Visit) async throws -> Response {
        let job = try job(visit)
        if !job.shown.phase.isUnderWay { jobs.remove(job) }
        return ConsoleResponse.seeOther("/admin/import")
    }

    private func job(_ visit: Visit) throws(MusterError) -> ImportJob {
        let principal = try visit.principal
        try principal.requireAdministrator()
        return try jobs.job(visit.call.parameter("id"), of: principal.payer)
    }

    private static var noRoom: MusterError {
        .overloaded("There is no room for this file just now.", retryAfter: 10)
    }
}
