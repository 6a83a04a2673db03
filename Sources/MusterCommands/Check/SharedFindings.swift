import MusterCore
import MusterCrypto
import MusterPostgres

/// What is wrong with the database of a directory in PostgreSQL, as far as a client can see.
struct SharedFindings {
    /// The most tables in one sentence.
    private static let tablesShown = 5

    let paths: DataPaths
    let address: PostgresAddress
    /// Where the numbers of users and groups are to begin over LDAP; nil if it is not spoken.
    var accountNumbers: AccountNumbers?

    /// Everything that was found; nothing is changed.
    func all() async -> [Finding] {
        let key = try? MasterKey(contentsOf: paths.key)
        do {
            let anyKey = key ?? MasterKey.random()
            let store = try await PostgresStore(
                address,
                sealer: SodiumSealer(anyKey),
                digester: SystemDigester(anyKey),
                for: .looking
            )
            let findings: [Finding]
            do throws(MusterError) {
                findings = try await looked(store, hasKey: key != nil)
            } catch {
                findings = [self.error(error.message)]
            }
            try? await store.close()
            return findings
        } catch {
            return [self.error(error.message)]
        }
    }

    private func looked(_ store: PostgresStore, hasKey: Bool) async throws(MusterError) -> [Finding]
    {
        let summary = try await store.summary()
        guard summary.closedTables.isEmpty else {
            let names = summary.closedTables.prefix(SharedFindings.tablesShown)
            let more = summary.closedTables.count > names.count ? ", ..." : ""
            return [
                error(
                    "The database's role lacks rights on \(names.joined(separator: ", "))\(more). As its owner, run: GRANT SELECT, "
                        + "INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA muster TO …"
                )
            ]
        }
        guard summary.isInitialised else {
            return [error(DataFolder.nothingInDatabase(hasUsers: summary.users > 0).message)]
        }
        var findings: [Finding] = []
        if hasKey, try await store.lookAtKey() == false {
            findings.append(
                error(
                    "\(paths.key) is not the one that sealed what is in the directory. Put the right one back."
                )
            )
        }
        if summary.isCurrent, let accountNumbers, let kept = try await store.accountNumbers(),
            let difference = LDAPListener.difference(of: accountNumbers, from: kept)
        {
            findings.append(error(difference))
        }
        if summary.isSuperuser {
            findings.append(
                Finding(
                    .warning,
                    .database,
                    "The database's role is a superuser, who may do everything in that server. Give muster a role that owns its "
                        + "database and nothing else."
                )
            )
        }
        if !summary.takesNumbers {
            findings.append(
                Finding(
                    .warning,
                    .database,
                    "The database's role may not take numbers of new users ahead, so that users who are made together are tried "
                        + "twice. As its owner, run: GRANT USAGE ON ALL SEQUENCES IN SCHEMA muster TO …"
                )
            )
        }
        let upgrade =
            summary.isCurrent
            ? "" : " The server brings the schema up to date when it starts."
        let nodes =
            summary.nodes == 0
            ? "" : " \(Count.text(summary.nodes, "node")) with a copy of it at work."
        return findings.orFine(
            .database,
            "PostgreSQL \(summary.version) at \(address.hosts), schema \(summary.schema), "
                + "\(Count.text(summary.users, "user")).\(nodes)\(upgrade)"
        )
    }

    private func error(_ text: String) -> Finding {
        Finding(.error, .database, text)
    }
}
