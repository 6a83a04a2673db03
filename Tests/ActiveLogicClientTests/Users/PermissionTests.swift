import ActiveLogicClient
import ClientTestSupport
import MusterCore
import Testing
import WireJSON

@Suite("Masks by name")
struct PermissionTests {
    private typealias Permissions = ActiveLogic.Permissions
    private typealias Account = ActiveLogicClient.User

    @Test("each name of the documents is the bit under which the server has it")
    func names() {
        let named: [Permissions] = [
            .ruleset, .config, .statistics, .users, .sysDiag, .channels, .realtime, .resourceEdit,
        ]
        #expect(named.map(\.rawValue) == Resource.allCases.map(\.bit))
        #expect(named.map(\.description) == Resource.allCases.map(\.name))
        #expect(named == Resource.allCases.compactMap { Permissions(name: $0.name) })
        #expect(Permissions(name: "sysdiag") == .sysDiag)
        for name in ["", "User", "Users ", "all", "bit 3", "\u{017F}ysDiag"] {
            #expect(Permissions(name: name) == nil)
        }
    }

    @Test("a set is shown by its names, and what has none by its bit")
    func description() {
        #expect(
            Permissions(rawValue: 999).description
                == "Ruleset,Config,Statistics,Channels,Realtime,ResourceEdit,bit 8,bit 9"
        )
        #expect(Permissions([]).description == "none")
        #expect(Permissions.all.description == "all")
        #expect(Permissions(rawValue: .min).description == "bit 63")
    }

    @Test(
        "every mask survives the way there and back, bits without a name included",
        arguments: [0, 1, 999, 1 << 40, 1 << 62, .max] as [Int64]
    )
    func roundTrip(_ mask: Int64) async throws {
        try await LiveServer.withUsers { users, _ in
            let set = Permissions(rawValue: mask)
            let user = try await users.addUser(
                name: "jane",
                password: Passwords.first,
                read: set,
                write: set,
                lview: set
            )
            #expect([user.readbm, user.writebm, user.lviewbm] == [mask, mask, mask])
            #expect(user.readPermissions == set)
            #expect(user.writePermissions == set)
            #expect(user.lviewPermissions == set)
            #expect(try await users.list(Account.self).last == user)
        }
    }

    @Test("setting some masks leaves the others, and a union keeps bits without a name")
    func setting() async throws {
        try await LiveServer.withUsers { users, _ in
            let old = try await users.addUser(
                name: "jane",
                password: Passwords.first,
                readbm: 1 << 40,
                writebm: 2,
                lviewbm: 4
            )
            let new = try await users.setPermissions(
                .user(old),
                read: old.readPermissions.union([.statistics, .sysDiag])
            )
            #expect(new.readbm == 1 << 40 | 4 | 16)
            #expect([new.writebm, new.lviewbm] == [2, 4])
            let emptied = try await users.setPermissions("jane", write: [], lview: [.channels])
            #expect([emptied.readbm, emptied.writebm, emptied.lviewbm] == [new.readbm, 0, 32])
        }
    }

    @Test("a write permission includes the read one, not the other way round")
    func rights() {
        var user = Account(id: 1, name: "jane", readbm: 1, writebm: 8)
        #expect(user.canRead([.ruleset, .users]))
        #expect(!user.canRead(.config))
        #expect(user.canWrite(.users))
        #expect(!user.canWrite([.ruleset, .users]))
        user.readPermissions.insert(.config)
        user.writePermissions.remove(.users)
        user.lviewPermissions = .all
        #expect([user.readbm, user.writebm, user.lviewbm] == [3, 0, .max])
    }

    @Test("numbers are taken as before, and a negative one is refused by the server")
    func numbers() async throws {
        try await LiveServer.withUsers { users, _ in
            let user = try await users.addUser(name: "a", password: Passwords.first)
            #expect(user.readbm == 0)
            let error = await refusal { () async throws(ActiveLogicError) in
                try await users.setPermissions("a", read: Permissions(rawValue: -1))
            }
            #expect(error?.kind == .valueError)
            #expect(error?.field == "readbm")
        }
    }
}
