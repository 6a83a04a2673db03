import Hummingbird
import MusterAPI
import MusterCore
import NIOCore
import WireJSON

/// All users as JSON lines, in the form in which ``NativeImportRoutes`` takes them.
struct NativeExportRoutes: Sendable {
    /// Room for one user's line.
    static let lineCapacity = 512

    private let exports: ExportService

    init(_ directory: Directory) {
        exports = ExportService(directory)
    }

    @Sendable func export(_ call: Call) async throws -> Response {
        let users = try await exports.begin(
            by: try call.principal,
            leaves: call.request.method != .head
        ) { () throws(MusterError) in
            try call.query().choice("hashes", [("true", true), ("false", false)]) ?? false
        }
        let first = try await users.batch(after: nil)
        return try Response.list(
            ExportStream(users: users, first: first),
            for: try call.principal.payer,
            type: NativeImportRoutes.linesType
        )
    }
}

/// The batches of an export.
struct ExportStream: ListBatches {
    let users: UserExport
    let first: [ExportedUser]

    @concurrent func write(to writer: inout any ResponseBodyWriter) async throws {
        var json = JSONWriter(reserving: ExportService.batchSize * NativeExportRoutes.lineCapacity)
        var batch = first
        while let last = batch.last {
            for user in batch {
                ImportBody(user).write(to: &json)
                json.endLine()
            }
            try await writer.write(ByteBuffer(bytes: json.takeBytes()))
            guard batch.count == ExportService.batchSize else { break }
            batch = try await users.batch(after: last.user.id)
        }
    }
}

extension ImportBody {
    /// A user's line.
    init(_ exported: ExportedUser) {
        self.init()
        let account = exported.user
        user.username = account.username.text
        user.name = account.name
        user.email = account.email
        user.permissions = Int64(account.role.rawValue)
        user.isEnabled = account.isEnabled
        user.expiresAt = account.expiresAt.map { .moment($0.rawValue) }
        user.note = account.note
        user.hosts = account.hosts.texts
        user.readbm = account.masks.read
        user.writebm = account.masks.write
        user.lviewbm = account.masks.liveview
        user.timeout = account.inactivityTimeout.components.seconds
        user.isAPIPermitted = account.authorizations.api
        user.isPasswordPermitted = account.authorizations.password
        user.isSAMLPermitted = account.authorizations.saml
        user.isTwoFactorRequired = account.authorizations.requiresSecondFactorEnrolment
        groups = exported.groups
        sshKeys = exported.keys.map { "\($0.type.rawValue) \($0.text)" }
        passwordHash = exported.password?.hash.text
        isPasswordTemporary = exported.password?.isTemporary ?? false
        externalID = exported.person?.externalID
        person = exported.person?.members
    }
}
