import ArgumentParser
import MusterCore
import TextBytes

/// The SSH servers that lines of keys are written for.
enum KeyReader: String, CaseIterable, ExpressibleByArgument {
    /// OpenSSH's sshd, which is told everything.
    case openssh
    /// Dropbear, which drops a line with an option that it does not know, such as `from` or `pty`.
    case dropbear

    /// What a line for sshd begins with, after the hosts: everything off but a terminal and commands.
    private static let restrictions = "restrict,pty"
    /// What stands after it where the account expires.
    private static let expiry = ",expiry-time="

    /// The same for Dropbear (dropbear(8), "Authorized Keys"), whose `restrict` cannot be taken back in part.
    private static let dropbearRestrictions =
        "no-port-forwarding,no-agent-forwarding,no-X11-forwarding "

    /// Writes the lines of one user, as they are for sshd, for this server.
    ///
    /// Hosts are more than an option: without them the key would open from everywhere, and without the expiry for
    /// ever. So lines that have them are not written for a server that cannot hold to them.
    ///
    /// - Throws: ``CommandError`` where the user is bound to hosts or an expiry that the server cannot check, and ``MusterError``
    ///   with code `store.unavailable` where a line is none of ours.
    func lines(_ lines: [String], of user: String) throws -> [String] {
        guard self == .dropbear else { return lines }
        return try lines.map { line in
            if line.utf8.starts(with: "from=".utf8) {
                throw CommandError(
                    .refused,
                    "\(user.quoted(60)) may come in from certain hosts only, which Dropbear does not "
                        + "check, so no key is printed: use OpenSSH for this user, or take the hosts away."
                )
            }
            let restrictions = KeyReader.restrictions.utf8
            guard line.utf8.starts(with: restrictions) else { throw KeyReader.misunderstanding }
            let rest = line.utf8.dropFirst(restrictions.count)
            if rest.starts(with: KeyReader.expiry.utf8) {
                throw CommandError(
                    .refused,
                    "The account of \(user.quoted(60)) expires, which Dropbear does not check, so no key "
                        + "is printed: use OpenSSH for this user, or take the expiry away."
                )
            }
            guard rest.first == UInt8(ascii: " ") else { throw KeyReader.misunderstanding }
            let key = Substring(rest.dropFirst())
            let type = Substring(key.utf8.prefix { $0 != UInt8(ascii: " ") })
            guard SSHKeyType(rawValue: String(type)) != nil else {
                throw KeyReader.misunderstanding
            }
            return KeyReader.dropbearRestrictions + key
        }
    }

    /// What came is not what the server writes.
    static var misunderstanding: MusterError {
        MusterError(.storeUnavailable, "The server's answer holds no lines.")
    }
}
