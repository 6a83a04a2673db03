/// How often a store that is far away is asked for each call that changes something.
///
/// Whoever makes a number larger makes everybody wait who has such a store; whoever makes it smaller writes it here.
enum ChangeBudgets {
    /// Calls for which a password is hashed or compared, or a code is sent, which is done outside of any transaction; and
    /// how many snapshots and changes those take, the caller's admission among them.
    static let longer: [String: (reads: Int, changes: Int)] = [
        "DELETE /muster/v1/factors/:id": (reads: 3, changes: 1),
        "POST /activelogic/v1/authenticate": (reads: 4, changes: 1),
        "POST /muster/v1/authenticate": (reads: 4, changes: 1),
        "POST /muster/v1/factors/recovery": (reads: 3, changes: 1),
        "POST /muster/v1/factors/totp": (reads: 3, changes: 1),
        "POST /muster/v1/factors/webauthn/options": (reads: 3, changes: 1),
        "POST /muster/v1/radius": (reads: 3, changes: 1),
        "POST /muster/v1/users/:ref/two-factor/send-verification": (reads: 3, changes: 1),
        "POST /muster/v1/users/import": (reads: 2, changes: 1),
        "POST /session/two-factor/send-verification": (reads: 4, changes: 1),
        "POST /users/:id/two-factor/send-verification": (reads: 2, changes: 1),
        "PUT /activelogic/v1/users/:id/password": (reads: 4, changes: 1),
        "PUT /activelogic/v1/users/by-name/:name/password": (reads: 4, changes: 1),
        "PUT /muster/v1/users/:ref/password": (reads: 2, changes: 1),
        "PUT /session/chpasswd": (reads: 4, changes: 1),
        "PUT /session/two-factor": (reads: 4, changes: 1),
        "PUT /users/:id/chpasswd": (reads: 2, changes: 1),
    ]

    /// How many ways there and back all of them make together, within the change, too.
    static let trips: [String: Int] = [:]
}
