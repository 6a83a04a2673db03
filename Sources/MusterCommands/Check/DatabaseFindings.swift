import MusterCore
import MusterCrypto
import MusterSQLite

/// What is broken in the database, and who may administer it how easily.
struct DatabaseFindings {
    /// The most names in one sentence.
    static let namesShown = 5

    let paths: DataPaths
    /// Whether a server that is running has answered.
    var isServed = false
    /// What the sign-in methods do that have no place for a code.
    var passwordOnly = PasswordOnlyLogins.append
    /// By which ways the server sends codes.
    var delivery = DeliveryRules()
    /// Where the numbers of users and groups are to begin over LDAP; nil if it is not spoken.
    var accountNumbers: AccountNumbers?
    /// Under which address people reach the server.
    var publicURL: PublicURL?

    /// Everything that was found.
    func all() -> [Finding] {
        let isServed = isServed || DataFolderState.isInUse(paths)
        switch DataFolderState(paths) {
        case .empty: return [error(DataFolderState.lost(paths, [], isServed: isServed).message)]
        case .databaseMissing(let names):
            return [error(DataFolderState.lost(paths, names, isServed: isServed).message)]
        case .shared: return [error(DataFolderState.elsewhere(paths).message)]
        case .initialised, .unreadable:
            // Before the database is read: that makes a log again of which nothing can be used.
            let leftOut = paths.leftOut.map { [Finding(.warning, .database, $0)] } ?? []
            return looked + leftOut
        }
    }

    private var looked: [Finding] {
        let key = try? MasterKey(contentsOf: paths.key)
        do {
            let anyKey = key ?? MasterKey.random()
            let database = try DatabaseInspection(
                path: paths.database,
                sealer: SodiumSealer(anyKey),
                digester: SystemDigester(anyKey)
            )
            let damage = try database.damage()
            guard damage.isEmpty else {
                return damage.map { error("Damaged: \($0). \(advice)") }
            }
            let schema = try database.schemaDifferences().map(finding)
            guard schema.isEmpty else {
                return schema + ((try? administrators(database)) ?? [])
            }
            let summary = try database.summary()
            if key != nil, try database.keyFits() == false {
                return schema + [
                    error(
                        "\(paths.key) is not the one that sealed what is in the directory. Put the right one back."
                    )
                ]
            }
            let fine =
                "Intact, schema \(summary.schema), \(Count.text(Int64(summary.users), "user"))."
                + (summary.isCurrent
                    ? "" : " The server brings the schema up to date when it starts.")
            // Users in an older schema lack some of what is read of them.
            let isReadable = summary.isCurrent && (key != nil || summary.phones == 0)
            return schema.orFine(.database, fine)
                + (isReadable
                    ? try administrators(database) + factors(database) + ldapNames(database)
                        + ldapNumbers(database) : [])
                + (summary.isCurrent && key != nil ? try beyondTheKey(database) : [])
        } catch  where error.code == .directoryMissing || error.cause as? Trouble == .damage {
            return [self.error("\(error.message) \(advice)")]
        } catch {
            return [self.error(error.message)]
        }
    }

    func finding(_ difference: SchemaDifference) -> Finding {
        guard let removal = difference.removal else {
            return error("Schema: \(difference.text). \(advice)")
        }
        return error(
            "Schema: \(difference.text). No server starts on it, and no backup can be made. Remove it with SQLite: "
                + "\(removal)"
        )
    }

    private var advice: String {
        "Stop the server, and restore the last backup: muster restore --force --data-dir \(paths.folder) BACKUP"
    }

    private func error(_ text: String) -> Finding {
        Finding(.error, .database, text)
    }

    private func administrators(
        _ database: borrowing DatabaseInspection
    ) throws(MusterError) -> [Finding] {
        let enabled = try database.administrators()
        // Who cannot come in administers nothing, and is no way in for others either.
        let administrators = enabled.filter(\.canSignIn)
        guard !administrators.isEmpty else {
            let (fault, verb) =
                if enabled.isEmpty {
                    ("There is no enabled administrator.", "enable")
                } else if enabled.allSatisfy({ $0.user.expiresAt != nil }) {
                    ("The account of every enabled administrator expires.", "edit --expires never")
                } else {
                    (
                        "No enabled administrator has a password or API keys to come in with.",
                        "passwd"
                    )
                }
            return [
                Finding(
                    .error,
                    .administrators,
                    "\(fault) Stop the server, then run: muster users \(verb) --data-dir \(paths.folder) NAME"
                )
            ]
        }
        let users = administrators.map(\.user)
        let weak = administrators.filter {
            $0.hasPassword && !$0.hasSecondFactor
        }
        .map(\.user)
        let bySMS = administrators.filter { $0.hasPassword && $0.hasSMSAlone }.map(\.user)
        let open = users.filter { $0.hosts.networks.isEmpty || $0.hosts.allowsEverywhere }
        let findings = [
            finding(
                weak,
                of: users,
                "log in with a password alone. Each sets up an app: muster factors add totp"
            ),
            finding(
                bySMS,
                of: users,
                "have codes by SMS as their only second factor, and a number can be moved to somebody else's card. "
                    + "Each sets up an app, too: muster factors add totp"
            ),
            finding(
                open,
                of: users,
                "may come in from anywhere. Run: muster users hosts set NAME NETWORK"
            ),
        ]
        return findings.compactMap(\.self).orFine(
            .administrators,
            "\(users.count) enabled, each with hosts and a second factor."
        )
    }
}

extension AllowedNetworks {
    /// Whether one of the networks is the whole of a family of addresses.
    fileprivate var allowsEverywhere: Bool {
        networks.contains { $0.prefixLength == 0 }
    }
}
