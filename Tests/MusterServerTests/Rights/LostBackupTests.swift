import Hummingbird
import MusterCore
import MusterTesting
import StoreTesting
import Synchronization
import Testing

@testable import MusterServer

@Suite("A backup from the console ends when its reader's right does", .everyStore)
struct LostBackupTests {
    /// What happens to the administrator who takes it.
    enum Loss: CaseIterable, Sendable {
        case disabled
        case demoted
        case signedOut
        case passwordReset

        func happen(to user: User, _ test: TestDirectory) async {
            let (target, owner) = (UserReference.id(user.id), test.asAdministrator)
            do {
                switch self {
                case .disabled: try await edit(target, test) { $0.isEnabled = false }
                case .demoted: try await edit(target, test) { $0.role = .readOnly }
                case .signedOut: try await test.sessions.revokeAll(of: target, by: owner)
                case .passwordReset:
                    try await test.passwords.change(.user(target), by: owner) {
                        () throws(MusterError) in
                        PasswordChange(new: Secret("Better-Horse-8"), current: nil)
                    }
                }
            } catch {
                Issue.record(error)
            }
        }

        private func edit(
            _ user: UserReference,
            _ test: TestDirectory,
            _ build: @Sendable (inout UserChanges) -> Void
        ) async throws {
            let changes = UserChanges(build)
            _ = try await test.users.edit(.user(user), by: test.asAdministrator) {
                () throws(MusterError) in changes
            }
        }
    }

    private let test: TestDirectory
    private let deputy: User

    init() async throws {
        test = try await TestDirectory()
        deputy = try await test.makeUser("deputy@example.com", role: .administrator)
    }

    /// The answer to whoever takes a backup of two pieces, for whose making something happens.
    private func take(
        _ making: @escaping @Sendable () async -> Void = {}
    ) async throws -> Response {
        let make: ConsoleTools.BackupMaker = { () async throws(MusterError) in
            await making()
            let pieces = Mutex(["piece 1, ", "piece 2, "][...])
            return ConsoleTools.Backup(size: 18) { () throws(MusterError) in
                Array((pieces.withLock { $0.popFirst() } ?? "").utf8)
            }
        }
        let tools = ConsoleTools(
            readCSV: { (bytes, _) throws(MusterError) in .init(bytes) },
            csvLine: { $0.joined(separator: ",") },
            backup: make
        )
        let browser = Browser(test, tools: tools)
        _ = try await browser.signIn("deputy@example.com")
        return try await browser.post("/admin/export/backup", [:])
    }

    @Test("whoever keeps the right gets all of it")
    func kept() async throws {
        #expect(try await take().text() == "piece 1, piece 2, ")
    }

    @Test("nothing is given out after the right was lost", arguments: Loss.allCases)
    func lost(_ loss: Loss) async throws {
        let response = try await take()
        #expect(response.status == .ok)
        let (test, deputy) = (test, deputy)
        let pieces = ListPieces { await loss.happen(to: deputy, test) }
        await #expect(throws: MusterError.self) { try await response.body.write(pieces) }
        #expect(pieces.text == "piece 1, ")
    }

    @Test(
        "nothing is given out where the right was lost while it was made",
        arguments: Loss.allCases
    )
    func making(_ loss: Loss) async throws {
        let (test, deputy) = (test, deputy)
        let response = try await take { await loss.happen(to: deputy, test) }
        #expect(response.status != .ok)
        #expect(response.headers[.contentDisposition] == nil)
        #expect(try await !response.text().contains("piece 1"))
    }
}
