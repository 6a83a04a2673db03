import FoundationEssentials
import MusterCore
import MusterTesting
import SCIMAPI
import StoreTesting
import Testing
import WireJSON

@testable import MusterServer

@Suite("Users as SCIM's text", .nearStores)
struct SCIMUserTextTests {
    private let test: TestDirectory
    private let view: SCIMUserView

    init() async throws {
        test = try await TestDirectory()
        view = SCIMUserView(test.directory, .user)
    }

    /// Documents of persons, from nothing to all that the schema knows; parts stand in another order than the schema's.
    private static let documents: [String?] = [
        nil, "{}", #"{"displayName":true}"#, #"{"title":"Guide \"A\"\n","locale":""}"#,
        #"{"emails":[{"primary":true,"type":"work"},{"value":"b@x.test","display":"B"}]}"#,
        #"{"emails":[{"value":"c@x.test","type":"home","primary":true}]}"#,
        #"{"roles":[{"primary":true}],"name":{"givenName":"J","familyName":"D","formatted":"J D"}}"#,
        #"{"name":{"honorificSuffix":"III"},"nickName":"N","profileUrl":"https://x.test/\u00E9","userType":"U","preferredLanguage":"de","timezone":"Europe/Berlin","phoneNumbers":[{"type":"work","value":"1"},{"primary":false,"value":"2"}],"addresses":[{"country":"DE","formatted":"A\tB"}],"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"manager":{"displayName":"M","value":"m"},"department":"D","employeeNumber":"7"}}"#,
        #"{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{}}"#,
    ]

    /// Changes of a plain user, each of another part of it.
    private static let changes: [@Sendable (inout User) throws -> Void] = [
        { _ in }, { $0.name = "Jane" }, { $0.name = "Jane  van  Dyk " }, { $0.name = " " },
        { $0.name = "Zoë \u{1}\"\\/" }, { $0.email = "jane@x.test" }, { $0.email = "jane" },
        { $0.isEnabled = false }, { $0.role = .administrator }, { $0.role = .basic },
        { $0.masks = Masks(read: 1, write: .max, liveview: 4) },
        { $0.masks = Masks(read: 0, write: 0, liveview: 8) },
        { $0.hosts = try AllowedNetworks(["192.0.2.0/24", "2001:db8::1"]) },
        { $0.inactivityTimeout = .seconds(900) }, { $0.authorizations.api = false },
        { $0.authorizations.password = false }, { $0.authorizations.saml = false },
        { $0.authorizations.requiresSecondFactorEnrolment = true },
        { $0.changedAt = Timestamp(rawValue: 1_790_000_000_007) },
        { $0.createdAt = Timestamp(rawValue: -1) },
        { $0.changedAt = Timestamp(rawValue: 253_402_300_800_120) },
    ]

    private static let groups: [[Group]] = [
        [],
        [
            Group(
                id: GroupID(rawValue: 2),
                uuid: UUID(),
                name: "Team \"A\"",
                isManagedBySAML: nil,
                userCount: 1
            ),
            Group(
                id: GroupID(rawValue: 3),
                uuid: UUID(),
                name: "B",
                isManagedBySAML: true,
                userCount: 50_000
            ),
        ],
    ]

    private func accounts() throws -> [PersonalAccount] {
        var accounts: [PersonalAccount] = []
        for login in ["jane@example.com", "jane"] {
            for change in Self.changes {
                let draft = UserDraft(username: try Username(login), role: .standard)
                var user = User(
                    id: UserID(rawValue: 3),
                    uuid: UUID(),
                    draft: draft,
                    at: Timestamp(rawValue: 1_780_000_000_999)
                )
                try change(&user)
                for (place, document) in Self.documents.enumerated() {
                    let person = document.map {
                        Person(
                            externalID: place.isMultiple(of: 2) ? "E-\(place)" : nil,
                            document: $0
                        )
                    }
                    for groups in Self.groups {
                        accounts.append(PersonalAccount(user: user, person: person, groups: groups))
                    }
                }
            }
        }
        return accounts
    }

    @Test("it has the bytes of a tree in the order of the schemas, and the tree is read from it")
    func same() throws {
        let root = "https://directory.example/scim/v2"
        for account in try accounts() {
            for isLocked in [false, true] {
                let reference = SCIMUserReference(
                    account: account,
                    isLocked: isLocked,
                    directory: test.directory
                )
                let text = SCIMUserText(account, isLocked: isLocked)
                let attributes = text.attributes
                #expect(Self.string(attributes) == Self.string(reference.attributes))
                let (version, whole) = (view.version(attributes), reference.resource(root: root))
                #expect(view.resource(text, version, root: root) == whole)
                let usual = SCIMProjection.usual.apply(to: whole, of: .user)
                guard case .text(let shown) = view.shown(text, version, root: root, .usual) else {
                    Issue.record("nothing was asked for by name")
                    continue
                }
                #expect(Self.string(shown) == Self.string(usual))
                let names = try SCIMProjection(
                    attributes: ["emails.type", "groups", "permissions", "meta.version"],
                    excluded: nil,
                    of: .user
                )
                guard case .tree(let tree) = view.shown(text, version, root: root, names) else {
                    Issue.record("some was asked for by name")
                    continue
                }
                #expect(tree == names.apply(to: whole, of: .user))
            }
        }
    }

    @Test("the whole resource has every attribute, with keys or without, and what only it has")
    func whole() throws {
        let key = StoredSSHKey(
            key: SSHPublicKey(stored: .ed25519, blob: [1, 2, 3]),
            fingerprint: "SHA256:1",
            addedAt: Timestamp(rawValue: 0)
        )
        for account in try accounts() {
            for keys in [nil, [], [key, key]] as [[StoredSSHKey]?] {
                var account = account
                account.keys = keys
                let text = SCIMUserText(account, isLocked: true)
                let frame = SCIMUserText.Frame(
                    root: "https://x.test/\"",
                    version: "W/\"1\"",
                    hidesRequested: false
                )
                let attributes = try JSONValue(parsing: text.attributes)
                guard case .object(let whole) = try JSONValue(parsing: text.resource(in: frame))
                else {
                    Issue.record("it is an object")
                    continue
                }
                let names: Set<String> = ["schemas", "meta"]
                var rest = JSONObject(whole.members.filter { !names.contains($0.name) })
                #expect(rest.members.count == whole.members.count - 2)
                if case .array(let groups)? = rest["groups"] {
                    let bare = groups.map { group -> JSONValue in
                        guard case .object(let group) = group else { return group }
                        let uuid = group.text("value") ?? ""
                        #expect(group.text("$ref") == "https://x.test/\"/Groups/\(uuid)")
                        return .object(group.setting("$ref", to: nil, in: nil))
                    }
                    rest = rest.setting("groups", to: .array(bare), in: nil)
                }
                #expect(JSONValue.object(rest) == attributes)
                #expect((rest[SCIMSchema.sshKeys.id] != nil) == (keys?.count == 2))
            }
        }
    }

    private static func string(_ bytes: [UInt8]) -> String {
        String(decoding: bytes, as: UTF8.self)
    }

    private static func string(_ object: JSONObject) -> String {
        string(JSONValue.object(object).bytes)
    }

    @Test("an address without a value is none, and takes nobody else's place")
    func withoutAddress() throws {
        let text = #"""
            {"userName":"jane","emails":[{"type":"work","primary":true},{"value":"h@x.test","type":"home"},
             {"display":"none"},{"value":"o@x.test","type":"other"}]}
            """#
        guard case .object(let resource) = try JSONValue(parsing: Array(text.utf8)) else { return }
        let person = SCIMPerson.person(from: resource)
        #expect(person.otherAddresses == ["o@x.test"])
        let draft = UserDraft(username: try Username("jane"), email: "h@x.test")
        let user = User(id: UserID(rawValue: 7), uuid: UUID(), draft: draft)
        let account = PersonalAccount(user: user, person: person)
        let shown = SCIMPerson.emails(SCIMPerson.attributes(person), of: account)
        let wanted = #"[{"type":"home","value":"h@x.test"},{"value":"o@x.test","type":"other"}]"#
        #expect(try shown == JSONValue(parsing: Array(wanted.utf8)))
    }

    @Test("a lock is seen by the rules of the directory")
    func locked() async throws {
        let user = try await test.makeUser("jane@example.com")
        var locked = user
        locked.logins.failureCount = 1_000
        locked.logins.lastFailure = test.clock.now()
        locked.logins.lastClosing = test.clock.now()
        for (user, isLocked) in [(user, false), (locked, true)] {
            let account = PersonalAccount(user: user, person: nil)
            let shown = view.tree(of: account).value("locked", in: .musterUser)
            #expect(shown == (isLocked ? .bool(true) : nil))
        }
    }
}
