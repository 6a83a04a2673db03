import HTTPTypes
import Hummingbird
import MusterConsole
import MusterCore
import NIOCore
import Synchronization

/// What is taken out of the directory.
///
/// | method | path | answers |
/// |---|---|---|
/// | GET | /admin/export | the forms |
/// | POST | /admin/export/users | users as JSON lines |
/// | POST | /admin/export/backup | a backup |
struct ExportPageRoutes {
    private let front: ConsoleFront
    private let exports: ExportService
    private let places = BackupPlaces()

    init(_ front: ConsoleFront) {
        self.front = front
        exports = ExportService(front.directory)
    }

    var routes: [Route] {
        // What is handed out may be asked for again from the same page: it changes nothing.
        [
            front.page("/admin/export") { visit in try await show(visit, ExportPage()) },
            front.form("/admin/export/users", isList: true, asks: { _ in true }, users),
            front.form("/admin/export/backup", isList: true, asks: { _ in true }, backup),
        ]
    }

    private func show(
        _ visit: Visit,
        _ page: ExportPage,
        _ error: MusterError? = nil
    ) async throws -> Response {
        try visit.principal.requireAdministrator()
        var page = page
        page.offersBackup = visit.parts.consoleTools?.backup != nil
        let frame = try await visit.frame(for: error)
        return ConsoleResponse.page(page.html(frame), telling: error)
    }

    @Sendable private func users(_ visit: Visit) async throws -> Response {
        let principal = try visit.principal
        do throws(MusterError) {
            let users = try await exports.beginConfirmed(
                by: principal,
                withHashes: visit.isOn("hashes"),
                password: visit.secret("password")
            )
            let first = try await users.batch(after: nil)
            let response = try Response.list(
                ExportStream(users: users, first: first),
                for: principal.payer,
                type: NativeImportRoutes.linesType
            )
            return response.saved(as: "users-\(visit.day).jsonl")
        } catch {
            guard !error.isOfServer else { throw error }
            var page = ExportPage()
            if visit.isOn("hashes") {
                page.hashes = FieldState(error: Visit.confirmationComplaint(error))
            }
            return try await show(visit, page, error)
        }
    }

    @Sendable private func backup(_ visit: Visit) async throws -> Response {
        guard let make = visit.parts.consoleTools?.backup else {
            throw MusterError(.requestNotFound, "Not Found")
        }
        let (place, leave): (BackupPlace, BackupLeave)
        do throws(MusterError) {
            let principal = try visit.principal
            try principal.require(.administrator)
            place = try places.take(principal.payer)
            leave = try await exports.beginBackup(
                by: principal,
                password: visit.secret("password")
            )
        } catch {
            guard !error.isOfServer else { throw error }
            var page = ExportPage()
            page.backup = FieldState(error: Visit.confirmationComplaint(error))
            return try await show(visit, page, error)
        }
        let backup = try await make()
        // To make it takes long, and whoever is told that it cannot be made has taken nothing.
        try await leave.begin()
        let response = try Response.list(
            BackupBatches(backup, place, leave),
            for: try visit.principal.payer,
            type: "application/octet-stream"
        )
        visit.call.limitAnswer(bytes: backup.size)
        return response.saved(as: "muster-\(visit.day).backup")
    }
}

/// The pieces of a backup, before each of which its reader is admitted again.
private final class BackupBatches: ListBatches {
    private let leave: BackupLeave
    /// The backup and its place; nil after the last piece.
    ///
    /// They go before the end is told: whoever has all of it may ask for another one, and a reader who does not take the
    /// end keeps no file.
    private let held: Mutex<(backup: ConsoleTools.Backup, place: BackupPlace)?>

    init(_ backup: ConsoleTools.Backup, _ place: BackupPlace, _ leave: BackupLeave) {
        self.leave = leave
        held = Mutex((backup, place))
    }

    @concurrent func write(to writer: inout any ResponseBodyWriter) async throws {
        while let piece = try next() {
            try await leave.renew()
            try await writer.write(ByteBuffer(bytes: piece))
        }
    }

    private func next() throws(MusterError) -> [UInt8]? {
        guard let piece = try held.withLock({ $0?.backup })?.next(), !piece.isEmpty else {
            held.withLock { $0 = nil }
            return nil
        }
        return piece
    }
}

extension Response {
    /// The answer as a file that a browser keeps, under a name of plain signs (RFC 6266).
    func saved(as name: String) -> Response {
        var response = self
        response.headers[.contentDisposition] = "attachment; filename=\"\(name)\""
        for field in ConsoleResponse.guards { response.headers[field.name] = field.value }
        return response
    }
}

extension Visit {
    /// The day, for names of files.
    var day: String { String(decoding: frame.now.text.utf8.prefix(10), as: UTF8.self) }
}
