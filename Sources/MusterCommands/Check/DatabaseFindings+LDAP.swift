import MusterCore
import MusterSQLite

extension DatabaseFindings {
    /// Whom programs that ask LDAP do not find, unless they are set up for it as `muster ldap show-config` says.
    ///
    /// Nothing is wrong with these names, so that it is no warning.
    func ldapNames(
        _ database: borrowing DatabaseInspection
    ) throws(MusterError) -> [Finding] {
        guard accountNumbers != nil else { return [] }
        let kinds: [(DatabaseInspection.UncommonNames, String)] = [
            (
                .withSigns,
                "with + or = in the login name: nslcd refuses it without validnames, as muster ldap show-config nslcd prints it"
            ),
            (
                .besideAddress,
                "with an @ in the login name, which is not the address: sssd looks for such a name by the address alone, "
                    + "without re_expression, as muster ldap show-config sssd prints it"
            ),
        ]
        var findings: [Finding] = []
        for (kind, text) in kinds {
            let (names, count) = try database.uncommonNames(
                kind,
                limit: DatabaseFindings.namesShown
            )
            guard count > 0 else { continue }
            findings.append(
                Finding(
                    .ok,
                    .database,
                    "\(Count.text(Int64(count), "user")) (\(listed(names, of: count))) \(text)."
                )
            )
        }
        return findings
    }

    /// That machines were told other numbers than those which are set, with which no server starts.
    func ldapNumbers(
        _ database: borrowing DatabaseInspection
    ) throws(MusterError) -> [Finding] {
        guard let accountNumbers, let kept = try database.accountNumbers(),
            let difference = LDAPListener.difference(of: accountNumbers, from: kept)
        else { return [] }
        return [Finding(.error, .database, difference)]
    }
}
