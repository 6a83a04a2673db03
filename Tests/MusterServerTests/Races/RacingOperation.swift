import LDAPWire
import MusterCore
import MusterTesting

@testable import MusterServer

/// A change of one user that a client of LDAP asks for.
struct RacingOperation: Sendable {
    /// What is sent.
    enum Body: Sendable {
        /// Steps, each of one attribute.
        case modify(String, [(kind: LDAPModify.Kind, attribute: String, values: [String])])
        case delete
        case rename(String)
        /// A new password, and the present one (RFC 3062).
        case password(old: String?, new: String)
    }

    let name: String
    let caller: RacingChange.Caller
    let body: Body

    private init(_ name: String, _ body: Body, by caller: RacingChange.Caller = .administrator) {
        (self.name, self.body, self.caller) = (name, body, caller)
    }

    private static let jane = "uid=jane@example.com,ou=people,dc=example,dc=com"
    private static let old = ChangingRoute.password

    /// At least one of each kind that the protocol has and that changes a user who exists.
    static let all: [RacingOperation] = [
        RacingOperation(
            "modify fields",
            .modify(
                jane,
                [
                    (.replace, "mail", ["ldap@example.org"]), (.replace, "cn", ["Jane Ldap"]),
                    (.add, "mobile", ["+12025550111"]),
                ]
            )
        ),
        RacingOperation(
            "modify the password",
            .modify(jane, [(.replace, "userPassword", ["Seventh-Horse-9"])])
        ),
        RacingOperation(
            "modify the keys",
            .modify(jane, [(.add, "sshPublicKey", ["{other key}"])])
        ),
        RacingOperation(
            "modify a group",
            .modify(
                "cn=empty,ou=groups,dc=example,dc=com",
                [(.add, "memberUid", ["jane@example.com"])]
            )
        ),
        RacingOperation(
            "modify one's own fields",
            .modify(jane, [(.replace, "cn", ["Jane Herself"])]),
            by: .oneself
        ),
        RacingOperation(
            "modify one's own password",
            .modify(
                jane,
                [
                    (.delete, "userPassword", [old]),
                    (.add, "userPassword", ["Eighth-Horse-9"]),
                ]
            ),
            by: .oneself
        ),
        RacingOperation("delete", .delete),
        RacingOperation("rename", .rename("uid=joan@example.com")),
        RacingOperation("password", .password(old: nil, new: "Ninth-Horse-9")),
        RacingOperation(
            "one's own password",
            .password(old: old, new: "Tenth-Horse-9"),
            by: .oneself
        ),
    ]

    /// Makes it by whoever has bound; answers the code, and what was said, as a status of HTTP would begin.
    func answer(
        by caller: Principal,
        in test: TestDirectory,
        _ fill: (String) -> String
    ) async throws -> String {
        let suffix = DistinguishedName("dc=example,dc=com".utf8)
        guard let suffix else { throw LDAPResult(.invalidDNSyntax) }
        var settings = LDAPSettings(suffix: suffix, plaintextBind: .always, version: "1")
        settings.takesWrites = true
        let operations = LDAPOperations(test.directory, settings)
        let asking = caller.asking(at: test.clock.now())
        let bytes: [UInt8]
        if case .password = body {
            bytes = await operations.passwords.answer(
                message(fill)[...],
                to: 1,
                by: asking,
                mayCarryPassword: true,
                knowsPolicy: false
            ).bytes
        } else {
            guard case .change(let change) = try LDAPMessage(message(fill)[...]).operation else {
                throw LDAPResult(.protocolError)
            }
            bytes = await operations.writer.answer(
                LDAPWriter.Request(change: change, id: 1, controls: [], mayCarryPassword: true),
                by: asking
            ).bytes
        }
        // The code is the first enumerated value (RFC 4511 section 4.1.9).
        let place = bytes.firstRange(of: [BERTag.enumerated, 1])
        let code = place.map { bytes[$0.upperBound] } ?? 255
        return "\(code == 0 ? 200 : 400) \(code) \(Hex.text(bytes))"
    }

    private func message(_ fill: (String) -> String) -> [UInt8] {
        var writer = BERWriter()
        if case .password(let old, let new) = body {
            writer.constructed { writer in
                writer.octets(Self.jane.utf8, tag: BERTag.context(0))
                if let old { writer.octets(old.utf8, tag: BERTag.context(1)) }
                writer.octets(new.utf8, tag: BERTag.context(2))
            }
            return writer.bytes
        }
        writer.constructed { writer in
            writer.integer(1)
            switch body {
            case .modify(let name, let steps):
                writer.constructed(0x66) { writer in
                    writer.octets(name.utf8)
                    writer.constructed { writer in
                        for step in steps { Self.write(step, fill, &writer) }
                    }
                }
            case .delete: writer.octets(Self.jane.utf8, tag: 0x4A)
            case .rename(let part):
                writer.constructed(0x6C) { writer in
                    writer.octets(Self.jane.utf8)
                    writer.octets(part.utf8)
                    writer.boolean(true)
                }
            case .password: break
            }
        }
        return writer.bytes
    }

    private static func write(
        _ step: (kind: LDAPModify.Kind, attribute: String, values: [String]),
        _ fill: (String) -> String,
        _ writer: inout BERWriter
    ) {
        writer.constructed { writer in
            writer.integer(step.kind.rawValue, tag: BERTag.enumerated)
            writer.constructed { writer in
                writer.octets(step.attribute.utf8)
                writer.constructed(BERTag.set) { writer in
                    for value in step.values { writer.octets(fill(value).utf8) }
                }
            }
        }
    }
}
