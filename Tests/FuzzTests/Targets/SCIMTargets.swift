import SCIMAPI
import WireJSON

/// Readers of SCIM.
enum SCIMTargets {
    /// A user as the directory shows one, for filters and changes.
    private static let user = SCIMResourceType.user.ordered(
        JSONObject([
            ("id", .string("0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef")),
            ("userName", .string("jane")), ("active", .bool(true)),
            ("name", .object(JSONObject([("familyName", .string("Doe"))]))),
            (
                "emails",
                .array([
                    .object(
                        JSONObject([
                            ("value", .string("jane@example.com")), ("type", .string("work")),
                        ])
                    )
                ])
            ),
            ("meta", .object(JSONObject([("created", .string("2026-01-31T12:00:00.000Z"))]))),
        ])
    )

    /// A filter: read and asked of a user, or refused.
    static func filters(_ bytes: [UInt8]) -> String? {
        let text = String(decoding: bytes, as: UTF8.self)
        for type in SCIMResourceType.all + [.userWithKeys] {
            guard let filter = try? SCIMFilter(text, over: type) else { continue }
            if filter.matches(user), SCIMFilter.not(filter).matches(user) {
                return "a user passes a filter or its negation"
            }
            _ = filter.conjuncts.map(\.equality)
        }
        _ = try? SCIMProjection(attributes: [text], excluded: nil, of: .user).apply(
            to: user,
            of: .user
        )
        return nil
    }

    /// A body: one resource, a change, or many changes.
    ///
    /// What a change leaves is in the order of the schemas.
    static func changes(_ bytes: [UInt8]) -> String? {
        guard case .object(let object)? = try? JSONValue(parsing: bytes) else { return nil }
        for type in SCIMResourceType.all {
            if let body = try? SCIMBody(object, of: type),
                type.ordered(body.resource) != body.resource
            {
                return "what was sent is brought into the order of the schemas"
            }
            if let patch = try? SCIMPatch(object, of: type),
                let changed = try? patch.apply(to: user), type.ordered(changed) != changed
            {
                return "what was changed is brought into the order of the schemas"
            }
        }
        guard let bulk = try? SCIMBulk(object) else { return nil }
        for operation in bulk.operations where operation.needs.isEmpty {
            guard operation.path(with: [:]) == operation.path,
                operation.data(with: [:]) == operation.data
            else { return "an operation that needs no other stays as it was sent" }
        }
        return nil
    }
}
