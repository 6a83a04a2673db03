import HTTPTypes
import TenableClient

/// The session, groups, roles and the log of the stand-in.
extension StandInCall {
    static let roles: [(name: String, permissions: Int64)] = [
        ("Basic", 16), ("Scan Operator", 24), ("Standard", 32), ("Scan Manager", 40),
        ("Administrator", 64),
    ]

    func session(
        _ state: inout StandIn.State,
        _ caller: Int
    ) throws(StandInAnswer) -> StandInAnswer {
        switch (method, path.count) {
        case (.get, 1):
            guard case .object(let record) = record(state.accounts[caller]) else { throw .notFound }
            let more: [(name: String, value: JSONValue)] = [
                ("container_id", 67_298), ("container_name", "Example"),
                ("features", ["analytics": true, "io": false]), ("groups", []), ("apps", [:]),
            ]
            return .json(.object(JSONObject(record.members + more)))
        case (.put, 1):
            try edit(&state.accounts[caller])
            return .json(record(state.accounts[caller], isChanged: true))
        case (.delete, 1):
            state.sessions = state.sessions.filter { $0.value != state.accounts[caller].id }
            return .empty
        default:
            let tail = path.dropFirst().joined(separator: "/")
            return try credentials(&state.accounts[caller], tail, isOwn: true)
        }
    }

    func groups(
        _ state: inout StandIn.State,
        _ me: StandIn.Account
    ) throws(StandInAnswer) -> StandInAnswer {
        if method == .get, path.count == 1 {
            let everyone: JSONValue = [
                "uuid": "00000000-0000-0000-0000-000000000000", "id": 0, "name": "All Users",
                "immutable": true, "membership_fixed": true,
                "user_count": .integer(Int64(state.accounts.count)),
            ]
            let records = state.groups.map { group($0, count: members(state, $0.id).count) }
            return .json(["groups": .array([everyone] + records)])
        }
        guard me.permissions == 64 else { throw .tooSmall }
        if method == .post, path.count == 1 {
            let name = try required("name")
            guard !state.groups.contains(where: { $0.name == name }) else {
                throw .backEnd(409, "Duplicate Group name")
            }
            state.groups.append((id: 6 + Int64(state.groups.count), name: name))
            return .json(group(state.groups[state.groups.count - 1], count: nil))
        }
        let known = state.groups.firstIndex {
            [String($0.id), StandIn.uuid($0.id)].contains(path[1].lowercased())
        }
        guard let known else { throw .notFound }
        return try group(&state, known)
    }

    private func group(
        _ state: inout StandIn.State,
        _ known: Int
    ) throws(StandInAnswer) -> StandInAnswer {
        let id = state.groups[known].id
        switch (method, path.count) {
        case (.put, 2):
            state.groups[known].name = try required("name")
            return .json(group(state.groups[known], count: members(state, id).count))
        case (.delete, 2):
            guard members(state, id).isEmpty else {
                throw .backEnd(
                    400,
                    "Cannot delete Group[UUID=\(StandIn.uuid(id)), accountUUID=\(StandIn.container)] "
                        + "that still has Users associated with it."
                )
            }
            state.groups.remove(at: known)
            return .empty
        case (.get, 3):
            return .json(["users": .array(members(state, id).map { record($0) })])
        case (.post, 4):
            state.accounts[try index(state, 3)].groups.insert(id)
            return .empty
        case (.delete, 4):
            state.accounts[try index(state, 3)].groups.remove(id)
            return .empty
        default: throw .notFound
        }
    }

    func roles(
        _ state: inout StandIn.State,
        _ me: StandIn.Account
    ) throws(StandInAnswer) -> StandInAnswer {
        guard me.permissions == 64 else { throw .tooSmall }
        if path.last == "roles", path.count == 3 {
            return .json(
                .array(
                    StandInCall.roles.map { role in
                        [
                            "name": .string(role.name),
                            "uuid": .string(StandIn.uuid(role.permissions)),
                            "description": "A standard role.",
                            "role_permission_strings": ["TIO_BACKEND.SCAN.READ"],
                            "type": "STANDARD", "status": "ENABLED",
                            "containerUuid": .string(StandIn.container),
                        ]
                    }
                )
            )
        }
        let index = try index(state, 3)
        if method == .put {
            guard case .array(let uuids)? = body["role_uuids"],
                case .string(let uuid)? = uuids.first,
                let role = StandInCall.roles.first(where: { StandIn.uuid($0.permissions) == uuid })
            else { throw .backEnd(404, "Not found: containerUuid=, roleUuid=") }
            state.accounts[index].permissions = role.permissions
        }
        let account = state.accounts[index]
        return .json([
            "container_uuid": .string(StandIn.container), "user_uuid": .string(account.uuid),
            "role_uuids": [.string(StandIn.uuid(account.permissions))],
        ])
    }

    func events(_ state: StandIn.State) -> StandInAnswer {
        let events = state.events.enumerated().map { number, event -> JSONValue in
            [
                "id": .string(StandIn.requestID(number)), "action": .string(event.action),
                "crud": "c", "is_failure": false, "received": "2018-12-31T23:33:01Z",
                "description": .null, "actor": ["id": .null, "name": .null],
                "is_anonymous": true,
                "target": ["id": .null, "name": .string(event.target), "type": "User"],
                "fields": [["key": "X-Request-Uuid", "value": .string(StandIn.requestID(number))]],
            ]
        }
        let count = JSONValue.integer(Int64(events.count))
        return .json([
            "events": .array(events),
            "pagination": ["offset": 0, "limit": 50, "count": count, "total": count],
        ])
    }

    private func members(_ state: StandIn.State, _ group: Int64) -> [StandIn.Account] {
        state.accounts.filter { $0.groups.contains(group) }
    }
}
