import MusterCore
import MusterPostgres
import TextBytes

/// Where a directory is, as it is said on the command line.
enum StorePlace {
    /// A data folder.
    case folder(String)
    /// A database.
    case database(PostgresAddress)

    /// Reads what was said.
    ///
    /// - Throws: ``CommandError``, or ``MusterError`` with code `setting.invalid`; neither quotes an address.
    init(_ text: String, _ reader: SettingsReader) throws {
        if text == StoreChoice.Kind.postgres.rawValue {
            guard let address = try StoreChoice.address(reader) else {
                throw CommandError(
                    .configuration,
                    "postgres stands for the database of the settings: set store.postgres.url or store.postgres.urlFile."
                )
            }
            self = .database(address)
            return
        }
        guard StorePlace.isAddress(text) else {
            guard !text.isEmpty else {
                throw CommandError(.usage, "A folder, an address or postgres is missing.")
            }
            self = .folder(text)
            return
        }
        let address: PostgresAddress
        do {
            address = try PostgresAddress(text)
        } catch {
            throw CommandError(.usage, "The address must be \(error.rule).")
        }
        guard !address.hasPassword else {
            throw CommandError(
                .usage,
                "The address has a password in it, which every user of this machine can read there. Say postgres, and put the "
                    + "address into a file that store.postgres.urlFile names."
            )
        }
        self = .database(address)
    }

    private static func isAddress(_ text: String) -> Bool {
        let bytes = text.utf8
        return bytes.starts(with: "postgres://".utf8) || bytes.starts(with: "postgresql://".utf8)
            || bytes.contains(UInt8(ascii: "="))
    }
}
