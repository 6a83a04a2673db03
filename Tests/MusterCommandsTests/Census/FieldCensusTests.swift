import MusterCrypto
import MusterSQL
import MusterTesting
import Testing

@testable import MusterCore
@testable import MusterSQLite

/// A field of a user is one row of ``CensusField/all``; what a place lacks is named.
@Suite("The census of a user's fields")
struct FieldCensusTests {
    private let test: TestDirectory
    private let folder: TemporaryFolder
    private let sqlite: SQLiteStore
    private let plain: User
    private let full: User
    private let places: CensusPlaces

    init() async throws {
        folder = try TemporaryFolder()
        let key = MasterKey.random()
        sqlite = try SQLiteStore(
            path: folder.file("muster.sqlite"),
            sealer: SodiumSealer(key),
            digester: SystemDigester(key)
        )
        test = try await TestDirectory()
        plain = User(
            id: UserID(rawValue: 2),
            uuid: Group.everyoneUUID,
            draft: UserDraft(username: Username(stored: "plain"))
        )
        full = try FieldCensusTests.makeFull()
        let columns = try await FieldCensusTests.columns(of: folder.file("muster.sqlite"), key)
        places = try CensusPlaces(test, plain: plain, full: full, columns: columns)
    }

    /// A user of whose fields none is as in a plain one.
    private static func makeFull() throws -> User {
        var draft = UserDraft(
            username: Username(stored: "full"),
            name: "Full",
            email: "full@example.org",
            role: .scanManager,
            masks: Masks(read: 1, write: 2, liveview: 3),
            hosts: try AllowedNetworks(["10.0.0.0/8"]),
            inactivityTimeout: .seconds(7)
        )
        draft.isEnabled = false
        draft.expiresAt = Timestamp(rawValue: 1000)
        draft.note = "Noted"
        draft.authorizations = Authorizations(
            api: false,
            password: false,
            saml: false,
            requiresSecondFactorEnrolment: true
        )
        let moment = Timestamp(rawValue: 5000)
        var user = User(id: UserID(rawValue: 3), uuid: Role.basic.uuid, draft: draft, at: moment)
        user.secondFactor = SecondFactor(
            phone: try PhoneNumber("+4915112345678"),
            isPhoneVerified: true,
            isSMSEnabled: true,
            isEmailEnabled: true
        )
        user.logins = LoginRecord(
            failureCount: 1,
            failureTotal: 2,
            lastFailure: moment,
            lastSuccess: moment,
            lastClosing: moment
        )
        user.lastKeyUse = moment
        user.groups = [Role.basic.uuid]
        user.factors = FactorCounts(apps: 1, passkeys: 2, recoveryCodes: 3)
        user.holdings = UserHoldings(hasPerson: true, hasSSHKeys: true)
        return user
    }

    private static func columns(of path: String, _ key: MasterKey) async throws -> [String] {
        let database = try DatabaseInspection(
            path: path,
            sealer: SodiumSealer(key),
            digester: SystemDigester(key)
        )
        return try database.read { transaction throws(MusterError) in
            try transaction.rows("SELECT name FROM pragma_table_info('user')", []) { $0[0] }
        }
    }

    /// What is missing, a sentence each.
    private func complaints(
        about fields: [CensusField],
        of paths: [String],
        _ names: [CensusPlace: Set<String>]
    ) -> [String] {
        let known = Set(fields.map(\.path))
        var complaints = paths.filter { !known.contains($0) }
            .map { "User.\($0) is no row of the census" }
        complaints += known.subtracting(paths).map {
            "\($0) is a row of the census and not of User"
        }
        for field in fields {
            for place in CensusPlace.allCases {
                guard let name = field.name(in: place), names[place]?.contains(name) != true else {
                    continue
                }
                complaints.append("\(name) (User.\(field.path)) is missing in \(place.rawValue)")
            }
        }
        return complaints.sorted()
    }

    @Test("every field is everywhere, but where the census says why it is not")
    func everywhere() {
        let paths = CensusPlaces.paths(of: full)
        #expect(complaints(about: CensusField.all, of: paths, places.names) == [])
    }

    @Test("no column, audit key or member of a body is there that is no field of a user")
    func nothingElse() {
        let others: [CensusPlace: Set<String>] = [
            .body: ["password", "current_password"],
            // How many factors a user has, kept beside it so that those without any are found by an index.
            .columns: ["factor_count"],
            .importFields: [
                "groups", "ssh_keys", "password", "password_hash", "password_temporary",
                "external_id", "person",
            ],
            .record: ["administers_by", "expired", "locked"],
        ]
        for place in [CensusPlace.draft, .audit, .body, .export, .importFields, .columns, .record] {
            let known = Set(CensusField.all.compactMap { $0.name(in: place) })
            let strange = (places.names[place] ?? []).subtracting(known)
                .subtracting(others[place] ?? [])
            #expect(strange == [], "\(place.rawValue)")
        }
    }

    @Test("a field that is added to User and forgotten is named")
    func invented() {
        let paths = CensusPlaces.paths(of: full) + ["shoeSize"]
        let found = complaints(about: CensusField.all, of: paths, places.names)
        #expect(found == ["User.shoeSize is no row of the census"])
    }

    @Test(
        "a field that is forgotten in one place is named with it",
        arguments: CensusPlace.allCases
    )
    func forgotten(_ place: CensusPlace) {
        let field = CensusField.decided("shoeSize", "shoe_size", change: "shoeSize")
        let fields = CensusField.all + [field]
        let paths = CensusPlaces.paths(of: full) + ["shoeSize"]
        var names = places.names
        for other in CensusPlace.allCases where other != place {
            names[other]?.insert(field.name(in: other) ?? "")
        }
        let found = complaints(about: fields, of: paths, names)
        let name = field.name(in: place) ?? ""
        #expect(found == ["\(name) (User.shoeSize) is missing in \(place.rawValue)"])
    }

    @Test("the user of the census has nothing as a plain one has it")
    func isFull() {
        let (before, after) = (CensusPlaces.values(of: plain), CensusPlaces.values(of: full))
        for (one, other) in zip(before, after) {
            #expect(one.text != other.text, "give the user of the census another \(one.path)")
        }
    }

    @Test("each store keeps every field, when a user is made and when it is changed")
    func kept() async throws {
        let stores: [any DirectoryStore] = [MemoryStore(), sqlite]
        for store in stores {
            let (draft, uuid, full) = (UserDraft(full), full.uuid, full)
            let (made, changed) = try await store.write { transaction throws(MusterError) in
                let made = try transaction.insertUser(draft, uuid: uuid, at: full.createdAt)
                var plain = made
                plain.username = Username(stored: "other")
                let kept = try transaction.user(.id(made.id))
                try transaction.updateUser(
                    User(id: made.id, uuid: uuid, draft: UserDraft(username: plain.username)),
                    at: full.changedAt
                )
                var again = full
                again.username = plain.username
                try transaction.updateUser(
                    User(copying: again, as: made.id),
                    at: full.changedAt
                )
                return (kept, try transaction.user(.id(made.id)))
            }
            let decided = Set(CensusPlaces.paths(of: draft))
            for (user, name) in [(made, "full"), (changed, "other")] {
                let values = CensusPlaces.values(of: try #require(user))
                for (value, wanted) in zip(values, CensusPlaces.values(of: full))
                where decided.contains(wanted.path) && wanted.path != "username" {
                    #expect(value.text == wanted.text, "\(type(of: store)): \(wanted.path)")
                }
                #expect(user?.username.text == name)
            }
            #expect(changed?.secondFactor == full.secondFactor)
        }
    }
}

extension User {
    /// The same user under another number.
    fileprivate init(copying user: User, as id: UserID) {
        self.init(id: id, uuid: user.uuid, draft: UserDraft(user), at: user.createdAt)
        secondFactor = user.secondFactor
    }
}
