import MusterCore
import WireJSON

/// What the module rest of FreeRADIUS sends.
enum RadiusBody {
    /// An Access-Request with a name and a password or code.
    static func text(
        _ username: String,
        _ password: String,
        from station: String? = nil,
        state: String? = nil,
        more: [(name: String, value: String)] = []
    ) -> String {
        var attributes = [("User-Name", username), ("User-Password", password)]
        if let station { attributes.append(("Calling-Station-Id", station)) }
        if let state { attributes.append(("State", state)) }
        attributes += more.map { ($0.name, $0.value) }
        var json = JSONWriter(reserving: 512)
        json.object { json in
            for (name, value) in attributes {
                json.name(escaping: name)
                json.object { json in
                    json.member("type", name == "State" ? "octets" : "string")
                    json.name("value")
                    json.array { json in json.string(value) }
                }
            }
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }
}
