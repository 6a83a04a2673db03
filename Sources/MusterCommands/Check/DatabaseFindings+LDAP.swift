import MusterCore
import MusterSQLite

extension DatabaseFindings {
    /// Whom programs that ask LDAP do not find, unless they are set up for it as `muster ldap show-config` says.
    ///
    /// Nothing is wrong with these names, so that it is no warning.
    func ldapNames(
        _ database: borrowing DatabaseInspection
    ) throws(MusterError) -> [Finding] {
        guard isLDAPOn else { return [] }
        var findings: [Finding] = []
        let (signs, signCount) = try database.uncommonNames(
            .withSigns,
            limit: DatabaseFindings.namesShown
        )
        if signCount > 0 {
            findings.append(
                finding(
                    signs,
                    of: signCount,
                    "with + or = in the login name: nslcd refuses it without validnames, as muster ldap show-config nslcd prints it"
                )
            )
        }
        let (others, otherCount) = try database.uncommonNames(
            .besideAddress,
            limit: DatabaseFindings.namesShown
        )
        if otherCount > 0 {
            findings.append(
                finding(
                    others,
                    of: otherCount,
                    "with an @ in the login name, which is not the address: sssd looks for such a name by the address alone, "
                        + "without re_expression, as muster ldap show-config sssd prints it"
                )
            )
        }
        return findings
    }

    private func finding(_ names: [String], of count: Int, _ text: String) -> Finding {
        Finding(
            .ok,
            .database,
            "\(Count.text(Int64(count), "user")) (\(listed(names, of: count))) \(text)."
        )
    }
}
