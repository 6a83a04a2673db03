import ActiveLogicClient
import Logging

/// The code in the documentation, so that it is compiled.
///
/// A test looks for each snippet in this file.
enum DocumentationSnippets {
    static func connect(password: String) async throws(ActiveLogicError) {
        let connection = try await ActiveLogic.connect(
            to: "https://directory.example.com",
            username: "admin@example.com",
            password: password
        )
        let users = connection.users()
        for user in try await users.list(User.self) {
            print(user.id, user.name)
        }
        await connection.close()
    }

    static func scoped(
        password: String,
        initialPassword: String,
        publicKey: String
    ) async throws {
        try await ActiveLogic.withConnection(
            to: "https://directory.example.com",
            username: "admin@example.com",
            password: password
        ) { connection in
            let users = connection.users()
            let jane = try await users.addUser(
                name: "jane",
                password: initialPassword,
                readbm: 55,
                hosts: ["10.0.0.0/8", "2001:db8::7"]
            )
            try await users.addPubKey(.user(jane), publicKey)
        }
    }

    static func references(users: Users, somebody: User) async throws(ActiveLogicError) {
        try await users.removeUser(10)
        try await users.removeUser("10")
        try await users.removeUser(.user(somebody))
    }

    static func changes(users: Users) async throws(ActiveLogicError) {
        let old = try await users.list(User.self).first { $0.name == "old_user" }
        guard let old else { return }
        try await users.updateUser(.user(old), timeout: 10)
        let new = try await users.updateUser(.user(old), name: "new_user", writebm: 99_999)
        print(new.timeout)
    }

    static func passwords(
        users: Users,
        password: String,
        newPassword: String
    ) async throws(ActiveLogicError) {
        do {
            try await users.changeUserPassword(
                "other_user",
                currentPassword: password,
                newPassword: newPassword
            )
        } catch let error where error.kind == .pldbUnsupportedInFirmware {
            try await users.updateUser("other_user", password: newPassword)
        }
    }

    static func authentication(
        users: Users,
        password: String
    ) async throws(ActiveLogicError) -> [Int64] {
        let result = try await users.authenticate(
            username: "new_user",
            password: password,
            ipAddress: "192.0.2.7"
        )
        let (lview, read, write) = result.tuple
        return [lview, read, write]
    }

    static func errors(users: Users) async {
        do {
            try await users.removeUser("new_user")
        } catch {
            switch error.kind {
            case .valueError: print("there is no such user")
            case .pldbDetached: print("log in again: \(error.reason ?? "")")
            default: print(error)
            }
        }
    }

    static func codes(users: Users, initialPassword: String) async {
        do {
            try await users.addUser(name: "jane", password: initialPassword)
        } catch {
            switch error.code {
            case "user_already_exists": print("there is a jane already")
            case "password_policy": print(error.message)
            default: print(error, "request", error.requestID ?? "none")
            }
        }
    }

    static func cache(
        connection: ActiveLogic.Connection
    ) async throws(ActiveLogicError) -> [[User]] {
        let cached = connection.users(cacheEnabled: true)
        let first = try await cached.list(User.self)
        let second = try await cached.list(User.self)
        cached.refresh()
        let third = try await cached.list(User.self)
        return [first, second, third]
    }

    static func strict(connection: ActiveLogic.Connection) async throws(ActiveLogicError) {
        let strict = connection.users(strict: true)
        let everybody = try await strict.list(User.self)
        do {
            for user in everybody where user.timeout == 0 {
                try await strict.updateUser(.user(user), timeout: 3_600)
            }
        } catch let error where error.kind == .pldbNewDataCommitted {
            strict.refresh()
        }
    }

    static func options(
        logger: Logger,
        password: String
    ) async throws(ActiveLogicError) -> ActiveLogic.Connection {
        let options = ActiveLogic.Options(
            authorities: [.file("/etc/ssl/example-authority.pem")],
            timeout: .seconds(10),
            retries: 3,
            logger: logger
        )
        let connection = try await ActiveLogic.connect(
            to: "https://directory.example.com:8834",
            username: "admin@example.com",
            password: password,
            options: options
        )
        return connection
    }

    static func moreOptions() -> ActiveLogic.Options {
        var options = ActiveLogic.Options()
        options.authorities = [.file("/etc/ssl/example-authority.pem")]
        options.verificationCode = "123456"
        return options
    }

    static func firstProgram(password: String) async throws {
        try await ActiveLogic.withConnection(
            to: "http://127.0.0.1:8834",
            username: "admin@example.com",
            password: password
        ) { connection in
            let users = connection.users()
            let user = try await users.addUser(name: "new_user", password: "password", readbm: 999)
            print(user)
            try await users.updateUser(.user(user), name: "newer_user", hosts: ["127.0.0.1"])
            for user in try await users.list(User.self) {
                print(user.id, user.name, user.hosts)
            }
            try await users.removeUser("newer_user")
        }
    }

    static func keys(users: Users, base64: String) async throws(ActiveLogicError) {
        try await users.addPubKey("jane", "ssh-ed25519 \(base64) jane@laptop")
        for key in try await users.list(UserPubKey.self, user: "jane") {
            print(key.fingerprint ?? key.key)
            try await users.addPubKey("jane.admin", key)
            try await users.removePubKey("jane", key)
        }
    }

    static func apiKeys(
        accessKey: String,
        secretKey: String
    ) async throws(ActiveLogicError) -> ActiveLogic.Connection {
        let connection = try await ActiveLogic.connect(
            to: "https://directory.example.com",
            accessKey: accessKey,
            secretKey: secretKey
        )
        return connection
    }

    static func permissions(users: Users, initialPassword: String) async throws(ActiveLogicError) {
        let user = try await users.addUser(
            name: "jane",
            password: initialPassword,
            read: [.users, .statistics],
            write: .config
        )
        print(user.readPermissions, user.canRead(.config))
        try await users.setPermissions(
            .user(user),
            read: user.readPermissions.union(.sysDiag)
        )
    }

    static func stream(users: Users) async throws(ActiveLogicError) {
        for try await user in users.stream(User.self) where user.timeout == 0 {
            try await users.updateUser(.user(user), timeout: 3_600)
        }
    }
}
