import MusterCore
import TextBytes
import WireJSON

/// What a RADIUS server is told, as the module rest of FreeRADIUS reads it.
///
/// FreeRADIUS takes values for templates unless it is told not to, so each of them says `do_xlat: false`.
struct NativeRadiusReply {
    /// The most groups that are named.
    static let mostGroups = 16
    /// The most bytes that they take: of a packet longer than 4,096 bytes (RFC 2865 section 3) FreeRADIUS leaves out what comes
    /// last, which is what rules say of the user, and the proof that the packet is its own.
    static let mostGroupBytes = 2_048

    /// What stands in front of a name: in the reply, or for the server itself.
    private enum List: String {
        case reply = "reply:"
        case control = "control:"
    }

    private var members: [(list: List, name: String, values: [String])] = []

    /// Lets a user in.
    init(
        accepting user: User,
        _ groups: [String],
        at client: String,
        _ settings: RadiusSettings
    ) {
        add(.reply, "Class", [user.uuid.text])
        add(.reply, "Filter-Id", NativeRadiusReply.named(groups))
        let level = NativeRadiusReply.privilegeLevel(of: user.role)
        add(.reply, "Management-Privilege-Level", ["\(level)"])
        var told: [String] = []
        for rule in settings.rules where rule.fits(user, in: groups, at: client) {
            for (name, values) in rule.attributes
            where !told.contains(where: { $0.hasSameBytes(as: name) }) {
                told.append(name)
                members.removeAll { $0.name.hasSameBytes(as: name) }
                add(.reply, name, values)
            }
        }
    }

    /// The groups that there is room for.
    private static func named(_ groups: [String]) -> [String] {
        let names = groups.filter { (1...RadiusAttribute.maximumBytes).contains($0.utf8.count) }
        var room = mostGroupBytes
        return Array(
            names.prefix(mostGroups).prefix { name in
                // Two bytes stand before each value.
                room -= name.utf8.count + 2
                return room >= 0
            }
        )
    }

    /// Asks for a code.
    init(challenging state: [UInt8], message: String) {
        add(.control, "Response-Packet-Type", ["Access-Challenge"])
        add(.reply, "State", ["0x" + Hex.text(state)])
        add(.reply, "Reply-Message", [message])
    }

    /// Refuses, whatever the cause.
    init() {
        add(.reply, "Reply-Message", ["Login failed"])
    }

    private mutating func add(_ list: List, _ name: String, _ values: [String]) {
        guard !values.isEmpty else { return }
        members.append((list, name, values))
    }

    /// The levels of devices, 0 to 15 (RFC 5607 section 6.4), that come nearest to what roles may do.
    static func privilegeLevel(of role: Role) -> Int {
        switch role {
        case .administrator: 15
        case .scanManager: 10
        case .standard: 7
        case .scanOperator: 5
        case .basic: 1
        case .readOnly: 0
        }
    }

    /// Writes the members of the answer's object.
    func write(to json: inout JSONWriter) {
        json.object { json in
            for (list, name, values) in members {
                json.name(escaping: list.rawValue + name)
                json.object { json in
                    // Of several, `:=` would leave the last.
                    json.member("op", values.count > 1 ? "+=" : ":=")
                    json.name("value")
                    json.array { json in
                        for value in values { json.string(value) }
                    }
                    json.member("do_xlat", false)
                }
            }
        }
    }
}
