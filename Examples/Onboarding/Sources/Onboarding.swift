import ActiveLogicClient
import Foundation
import TenableClient

/// Gives everybody in a list an account, and shows who has what.
struct Onboarding {
    let url: String
    let accessKey: String
    let secretKey: String

    func run(_ people: [Person]) async throws {
        let tio = try TenableIO(accessKey: accessKey, secretKey: secretKey, url: url)
        for person in people { try await create(person, tio) }

        // The same keys, and the same users, in the other dialect.
        try await ActiveLogic.withConnection(
            to: url,
            accessKey: accessKey,
            secretKey: secretKey
        ) { connection in
            let users = connection.users()
            for person in people { try await equip(person, users) }
            try await report(people, users)
        }

        // What has been done, from the server's own log.
        var events = 0
        for try await _ in tio.auditLog.stream(.action("user.create")) { events += 1 }
        print("users created so far: \(events)")
        await tio.close()
    }

    private func create(_ person: Person, _ tio: TenableIO) async throws(TenableError) {
        do {
            try await tio.users.create(
                username: person.username,
                // Nobody knows it.
                password: "\(UUID())-\(UUID().uuidString.lowercased())",
                permissions: .basic,
                name: person.name
            )
            print("\(person.username): created")
        } catch let error where error.kind == .conflict {
            print("\(person.username): was there before")
        }
    }

    private func equip(_ person: Person, _ users: Users) async throws(ActiveLogicError) {
        try await users.setPermissions(.name(person.username), read: person.mayRead)
        if let key = person.publicKey {
            try await users.addPubKey(.name(person.username), key)
        }
    }

    /// Goes through the whole directory, however large, and shows whom the list names.
    private func report(_ people: [Person], _ users: Users) async throws(ActiveLogicError) {
        let names = Set(people.map(\.username))
        for try await user in users.stream(User.self) where names.contains(user.name) {
            let keys = try await users.list(UserPubKey.self, user: .user(user))
            print(
                "\(user.name): reads \(user.readPermissions),",
                user.canRead(.users) ? "sees users," : "does not see users,",
                keys.first?.fingerprint ?? "no key"
            )
        }
    }
}
