import LDAPWire
import MusterCore

/// The operations of LDAP, apart from the connection that asks for them.
struct LDAPOperations: Sendable {
    let binder: LDAPBinder
    let searcher: LDAPSearcher
    let comparer: LDAPComparer
    let passwords: LDAPPasswordChanger
    let writer: LDAPWriter
    let settings: LDAPSettings
    let tally: LDAPTally

    /// Works on a directory.
    init(_ directory: Directory, _ settings: LDAPSettings) {
        let tree = LDAPTree(suffix: settings.suffix)
        let entries = EntryService(directory, showsDisabled: settings.showsDisabled)
        self.settings = settings
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
        writer = LDAPWriter(directory, tree, isOn: settings.takesWrites)
        comparer = LDAPComparer(entries: entries, tree: tree, settings: settings)
        passwords = LDAPPasswordChanger(
            service: PasswordService(directory),
            tree: tree,
            random: directory.random
        )
    }

    /// Who a caller is (RFC 4532): `dn:` and the name of its entry, or nothing for nobody.
    func whoAmI(_ caller: Principal?) -> [UInt8] {
        guard let caller else { return [] }
        return Array("dn:".utf8) + binder.tree.name(of: caller.user)
    }
}
