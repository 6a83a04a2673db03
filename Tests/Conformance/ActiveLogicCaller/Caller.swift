import ActiveLogicClient
import WireJSON

/// A connection, and the calls on it under the names of the manual in camel case.
struct Caller {
    let connection: ActiveLogic.Connection
    private let users: Users

    init(_ call: Call) async throws {
        connection = try await ActiveLogic.connect(
            to: try call.text("url"),
            username: try call.text("username"),
            password: try call.text("password")
        )
        users = connection.users()
    }

    /// Makes a call and writes what it returned.
    func answer(_ call: Call, _ json: inout JSONWriter) async throws {
        switch call.name {
        case "list": write(try await users.list(User.self), &json)
        case "listKeys":
            let keys = try await users.list(UserPubKey.self, user: try call.user())
            json.object { json in
                json.name("result")
                json.array { json in
                    for key in keys { json.string(key.key) }
                }
            }
        case "addUser": try await addUser(call, &json)
        case "updateUser": try await updateUser(call, &json)
        case "authenticate":
            let masks = try await users.authenticate(
                username: try call.text("username"),
                password: try call.text("password"),
                ipAddress: try call.text("ipAddress")
            )
            json.object { json in
                json.name("result")
                json.array { json in
                    for mask in [masks.lviewbm, masks.readbm, masks.writebm] { json.integer(mask) }
                }
            }
        default:
            try await change(call)
            json.object { $0.null("result") }
        }
    }

    private func change(_ call: Call) async throws {
        switch call.name {
        case "removeUser": try await users.removeUser(try call.user())
        case "changeUserPassword":
            try await users.changeUserPassword(
                try call.user(),
                currentPassword: try call.text("currentPassword"),
                newPassword: try call.text("newPassword")
            )
        case "addPubKey": _ = try await users.addPubKey(try call.user(), try call.text("key"))
        case "removePubKey": try await users.removePubKey(try call.user(), try call.text("key"))
        default: throw Misuse("there is no call \(call.name)")
        }
    }

    private func addUser(_ call: Call, _ json: inout JSONWriter) async throws {
        let user = try await users.addUser(
            name: try call.text("name"),
            password: try call.text("password"),
            readbm: try call.number("readbm") ?? 0,
            writebm: try call.number("writebm") ?? 0,
            lviewbm: try call.number("lviewbm") ?? 0,
            timeout: try call.number("timeout") ?? 0,
            hosts: try call.texts("hosts") ?? []
        )
        write(user, &json)
    }

    private func updateUser(_ call: Call, _ json: inout JSONWriter) async throws {
        let user = try await users.updateUser(
            try call.user(),
            name: try call.optionalText("name"),
            password: try call.optionalText("password"),
            readbm: try call.number("readbm"),
            writebm: try call.number("writebm"),
            lviewbm: try call.number("lviewbm"),
            timeout: try call.number("timeout"),
            hosts: try call.texts("hosts")
        )
        write(user, &json)
    }

    private func write(_ user: User, _ json: inout JSONWriter) {
        json.object { json in
            json.name("result")
            user.write(&json)
        }
    }

    private func write(_ users: [User], _ json: inout JSONWriter) {
        json.object { json in
            json.name("result")
            json.array { json in
                for user in users { user.write(&json) }
            }
        }
    }
}

extension User {
    fileprivate func write(_ json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("name", name)
            json.member("readbm", readbm)
            json.member("writebm", writebm)
            json.member("lviewbm", lviewbm)
            json.member("timeout", timeout)
            json.name("hosts")
            json.array { json in
                for host in hosts { json.string(host) }
            }
        }
    }
}
