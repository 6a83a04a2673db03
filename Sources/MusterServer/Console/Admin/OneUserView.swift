import Hummingbird
import MusterConsole
import MusterCore
import TextBytes

/// Puts the page of one user together.
struct OneUserView: Sendable {
    /// How many events of a user are shown.
    private static let eventCount = 10

    private let directory: Directory
    private let users: UserService
    private let factors: FactorService
    private let keys: SSHKeyService
    private let sessions: SessionService
    private let groups: GroupService
    private let audit: AuditService

    init(_ directory: Directory) {
        self.directory = directory
        users = UserService(directory)
        factors = FactorService(directory)
        keys = SSHKeyService(directory)
        sessions = SessionService(directory)
        groups = GroupService(directory)
        audit = AuditService(directory)
    }

    /// The page, with what went wrong with its form, if something did.
    func show(_ visit: Visit, _ id: UserID, _ error: MusterError? = nil) async throws -> Response {
        let principal = try visit.principal
        let reference = UserReference.id(id)
        let account = try await users.account(of: reference, by: principal)
        let user = account.user
        let isTyped = visit.isOn("username") && error != nil
        var page = UserPage(
            account,
            form: visit.userForm(user, error, isTyped: isTyped),
            revision: "\(user.changedAt.rawValue)"
        )
        if isTyped, error?.code == .revisionChanged { page.stale = visit.staleFields(of: user) }
        page.isLocked = directory.rules.lockout.locks(user.logins, at: visit.frame.now)
        page.keys = try await keys.list(of: reference, by: principal).keys
        if error?.code == .sshKeyInvalid || error?.code == .sshKeyTooMany {
            page.line = FieldState(visit.text("key"), error: error?.message)
        }
        if let error { tell(error, visit, &page) }
        if principal.isAdministrator {
            page.factors = try await seenFactors(of: reference, by: principal)
            page.sessions = try await sessions.list(by: principal) {
                (user: reference, limit: SessionLimits.perUser)
            }.sessions
            let mine = user.groups
            page.otherGroups = try await groups.madeInTurn(by: principal).filter { group in
                !mine.contains(group.uuid)
            }
        }
        if principal.role == .administrator {
            page.events = try await SearchTurns.audit.run(for: principal) {
                () async throws(MusterError) in
                try await audit.events(by: principal) {
                    AuditQuery(
                        conditions: [.target(user.uuid)],
                        limit: OneUserView.eventCount,
                        isNewestFirst: true
                    )
                }.page.events
            }
        }
        if visit.isOn("why") {
            page.why = try await users.signInOutlook(of: reference, by: principal)
        }
        var frame = error.map(visit.frame(telling:)) ?? visit.frame
        if let text = visit.items["address"] { frame.notice = answer(text, user, frame) }
        return ConsoleResponse.page(page.html(frame), telling: error)
    }

    /// Says beside the field of another form of the page what is wrong with it.
    private func tell(_ error: MusterError, _ visit: Visit, _ page: inout UserPage) {
        page.deletion = visit.state("typed", error)
        page.group = visit.state("group", error)
        if error.code == .passwordPolicy {
            page.password = FieldState(error: error.message)
            page.isTemporary = visit.isOn("temporary")
        }
    }

    /// The second factors; nil if the user holds more than the caller.
    private func seenFactors(
        of user: UserReference,
        by principal: Principal
    ) async throws(MusterError) -> FactorList? {
        do throws(MusterError) {
            return try await factors.list(of: .user(user), by: principal)
        } catch {
            guard error.code == .escalation else { throw error }
            return nil
        }
    }

    /// Whether an address would come in.
    private func answer(_ text: String, _ user: User, _ frame: Frame) -> Frame.Notice {
        let t = frame.texts.users
        guard let address = IPAddress(text) else {
            return Frame.Notice(.bad, "\(t.noAddress) \(text.quoted(40))")
        }
        return user.hosts.allow(address)
            ? Frame.Notice(.good, "\(t.wouldComeIn) \(address.description).")
            : Frame.Notice(.warn, "\(t.wouldNotComeIn) \(address.description).")
    }

    /// The answer to a form whose page shows what has been changed since.
    static func changedMeanwhile(_ visit: Visit) -> MusterError {
        MusterError(.revisionChanged, visit.frame.texts.users.changedMeanwhile)
    }
}
