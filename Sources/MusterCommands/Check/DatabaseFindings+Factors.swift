import MusterCore
import MusterSQLite

extension DatabaseFindings {
    func factors(
        _ database: borrowing DatabaseInspection
    ) throws(MusterError) -> [Finding] {
        try shutOut(database) + beyondCodes(database) + passkeys(database)
    }

    /// Whose authenticator app was sealed with another master key: its codes are refused until it is removed.
    func beyondTheKey(
        _ database: borrowing DatabaseInspection
    ) throws(MusterError) -> [Finding] {
        let (names, count) = try database.beyondTheKey(limit: DatabaseFindings.namesShown)
        guard count > 0 else { return [] }
        return [
            Finding(
                .error,
                .factors,
                "\(paths.key) does not open the authenticator apps of \(Count.text(Int64(count), "user")) "
                    + "(\(listed(names, of: count))), whose codes are refused. Run: muster factors reset NAME"
            )
        ]
    }

    /// Who has nothing but codes by ways that the server does not have.
    private func beyondCodes(
        _ database: borrowing DatabaseInspection
    ) throws(MusterError) -> [Finding] {
        guard !delivery.isEmailOn || !delivery.isSMSOn else { return [] }
        let (names, count) = try database.beyondCodes(
            isEmailOn: delivery.isEmailOn,
            isSMSOn: delivery.isSMSOn,
            limit: DatabaseFindings.namesShown
        )
        guard count > 0 else { return [] }
        let ways = [
            delivery.isEmailOn ? nil : "codes.email.delivery",
            delivery.isSMSOn ? nil : "codes.sms.delivery",
        ]
        return [
            Finding(
                .warning,
                .factors,
                "\(Count.text(Int64(count), "user")) (\(listed(names.map(\.text), of: count))) "
                    + "cannot log in: they need a code, and \(ways.compactMap(\.self).joined(separator: " and ")) "
                    + "is off. Switch it on, or run: muster factors reset NAME"
            )
        ]
    }

    /// Passkeys for a host that the server is not called any more.
    private func passkeys(
        _ database: borrowing DatabaseInspection
    ) throws(MusterError) -> [Finding] {
        let sites = try database.passkeySites()
        let text = PublicURL.strandedPasskeys(sites, at: publicURL)
        return text.map { [Finding(.warning, .factors, $0)] } ?? []
    }

    /// Whom a second factor keeps from ways in that have no place for a code.
    private func shutOut(
        _ database: borrowing DatabaseInspection
    ) throws(MusterError) -> [Finding] {
        guard passwordOnly != .ignore else { return [] }
        let (names, count) = try database.shutOutOfPasswordOnlyLogins(
            exceptApps: passwordOnly == .append,
            limit: DatabaseFindings.namesShown
        )
        guard count > 0 else { return [] }
        let advice =
            passwordOnly == .append
            ? "Each sets up an app: muster factors add totp" : "login.passwordOnly says so."
        return [
            Finding(
                .warning,
                .factors,
                "\(Count.text(Int64(count), "user")) (\(listed(names.map(\.text), of: count))) "
                    + "cannot come in by password through PAM or authenticate. \(advice)"
            )
        ]
    }

    func finding(_ some: [User], of all: [User], _ text: String) -> Finding? {
        guard !some.isEmpty else { return nil }
        let names = some.prefix(DatabaseFindings.namesShown).map(\.username.text)
        return Finding(
            .warning,
            .administrators,
            "\(some.count) of \(all.count) (\(listed(names, of: some.count))) \(text)"
        )
    }

    /// Some names, and how many more there are.
    func listed(_ names: [String], of count: Int) -> String {
        names.joined(separator: ", ")
            + (count > names.count ? " and \(count - names.count) more" : "")
    }
}
