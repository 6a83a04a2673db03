import LDAPWire
import MusterCore

/// The operations of LDAP, apart from the connection that asks for them.
///
/// All connections have one of them, so that none copies what is in it for each message.
final class LDAPOperations: Sendable {
    let binder: LDAPBinder
    let entries: EntryService
    let searcher: LDAPSearcher
    let comparer: LDAPComparer
    let passwords: LDAPPasswordChanger
    let writer: LDAPWriter
    let settings: LDAPSettings
    let store: any DirectoryStore
    let clock: any DirectoryClock
    let troubles: Troubles
    let tally: LDAPTally

    /// Works on a directory.
    init(_ directory: Directory, _ settings: LDAPSettings) {
        // Not on the thread of the first connection that searches.
        LDAPFolds.prepare()
        _ = LDAPSchema.compared
        let tree = LDAPTree(suffix: settings.suffix, numbers: settings.numbers)
        let entries = EntryService(directory, showsDisabled: settings.showsDisabled)
        self.settings = settings
        self.entries = entries
        store = directory.store
        clock = directory.clock
        troubles = directory.refusals.troubles
        tally = LDAPTally(counts: directory.directoryOperations)
        binder = LDAPBinder(
            service: BindService(directory),
            tree: tree,
            settings: settings,
            ids: RequestIDs(random: directory.random)
        )
        searcher = LDAPSearcher(
            entries: entries,
            tree: tree,
            settings: settings,
            digester: directory.digester
        )
        writer = LDAPWriter(directory, tree, settings)
        comparer = LDAPComparer(entries: entries, tree: tree, settings: settings)
        passwords = LDAPPasswordChanger(
            service: PasswordService(directory),
            tree: tree,
            random: directory.random
        )
    }

    /// Who a caller is (RFC 4532), as it is now: `dn:` and the name of its entry, or nothing for nobody.
    ///
    /// - Returns: The answer; nil if the store has to be waited for.
    func whoAmINow(_ caller: Principal?, to id: Int) -> [UInt8]? {
        guard let caller else { return LDAPAnswers.extended(to: id, .success, value: []) }
        do throws(LDAPResult) {
            let user = try LDAPResult.translatingNow { () throws(MusterError) in
                try entries.admitNow(caller)
            }
            return user.map { own($0, to: id) }
        } catch {
            return LDAPAnswers.extended(to: id, error)
        }
    }

    /// Who a caller is, as ``whoAmINow(_:to:)``, where that takes longer.
    func whoAmI(_ caller: Principal, to id: Int) async -> [UInt8] {
        do throws(LDAPResult) {
            let user = try await LDAPResult.translating { () async throws(MusterError) in
                try await entries.admit(caller)
            }
            return own(user, to: id)
        } catch {
            return LDAPAnswers.extended(to: id, error)
        }
    }

    private func own(_ user: User, to id: Int) -> [UInt8] {
        let name = Array("dn:".utf8) + binder.tree.name(of: user)
        return LDAPAnswers.extended(to: id, .success, value: name)
    }
}
