import MusterCore
import MusterPostgres

/// What keeps the directory.
enum StoreChoice: Sendable {
    /// A file in the data folder.
    case sqlite
    /// A database that several processes may share.
    case postgres(PostgresAddress)

    /// The words of `store.kind`.
    enum Kind: String, CaseIterable {
        case sqlite
        case postgres
    }

    /// Reads what is set.
    ///
    /// - Throws: ``MusterError`` with code `setting.invalid`, which never quotes an address: a password may stand in it.
    init(_ reader: SettingsReader) throws(MusterError) {
        let kind = try Settings.choice("store.kind", reader, else: Kind.sqlite)
        let address = try StoreChoice.address(reader)
        guard kind == .postgres else {
            self = .sqlite
            return
        }
        guard let address else {
            throw reader.invalid(
                "store.kind",
                "needs store.postgres.url, or store.postgres.urlFile, beside it",
                isQuoted: true
            )
        }
        self = .postgres(address)
    }

    /// The address of the database; nil if none is set.
    ///
    /// - Throws: ``MusterError`` with code `setting.invalid`.
    static func address(_ reader: SettingsReader) throws(MusterError) -> PostgresAddress? {
        let (key, fileKey) = ("store.postgres.url", "store.postgres.urlFile")
        let written = try reader.text(key)
        let kept = try reader.secret(fileKey)
        guard written == nil || kept == nil else {
            throw reader.invalid(key, "must be left out where \(fileKey) is set", isQuoted: true)
        }
        guard let text = written ?? kept?.withExposedValue({ $0 }) else { return nil }
        let address: PostgresAddress
        do {
            address = try PostgresAddress(text)
        } catch {
            throw reader.invalid(
                written == nil ? fileKey : key,
                (written == nil ? "names a file that must hold " : "must be ") + error.rule,
                isQuoted: true
            )
        }
        guard !address.hasPassword || written == nil || reader.source(of: key) != .commandLine
        else {
            throw reader.invalid(
                key,
                "has a password in it, which every user of this machine can read there. Put the address into a file that "
                    + "\(fileKey) names, or the password into one that passfile= of the address names",
                isQuoted: true
            )
        }
        return address
    }
}

/// Whether a server keeps a copy of a directory in PostgreSQL beside it, and what it does while that is not fresh.
enum ReplicaChoice: String, CaseIterable, Sendable {
    /// It keeps none: each look-up is a question to the database.
    case off
    /// It asks the database, and answers where that can commit.
    case ask
    /// It asks whatever database answers.
    case trust
    /// It refuses look-ups.
    case refuse

    /// Reads what is set.
    ///
    /// - Throws: ``MusterError`` with code `setting.invalid`.
    init(_ reader: SettingsReader) throws(MusterError) {
        self = try Settings.choice("store.replica", reader, else: .ask)
    }

    /// The rule; nil if no copy is kept.
    var rule: StaleRule? { StaleRule(rawValue: rawValue) }
}

extension SettingsReader {
    /// Refuses to do with a directory in PostgreSQL what only the engine's own tools can do.
    ///
    /// - Parameter advice: The sentence, of the database as those tools are told it.
    /// - Throws: ``CommandError`` with it; ``MusterError`` with code `setting.invalid`.
    func refuseShared(_ advice: (String) -> String) throws {
        guard case .postgres(let address) = try StoreChoice(self) else { return }
        throw CommandError(.usage, advice(address.typed))
    }
}
