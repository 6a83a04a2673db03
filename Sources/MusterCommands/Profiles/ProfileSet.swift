import WireJSON

/// All profiles of a user of this machine, by name.
struct ProfileSet: Sendable {
    private var profiles: [(name: String, profile: Profile)] = []

    init() {}

    /// Reads the file's text; nil if it is none.
    init?(parsing bytes: some Collection<UInt8>) {
        guard case .object(let file)? = try? JSONValue(parsing: bytes),
            file.integer("version") == 1, case .array(let elements)? = file["profiles"]
        else { return nil }
        for element in elements {
            guard case .object(let object) = element, let name = object.text("name"),
                Profile.isName(name), self[name] == nil, let profile = Profile(object)
            else { return nil }
            profiles.append((name, profile))
        }
    }

    /// The names, in the order of the file.
    var names: [String] { profiles.map(\.name) }

    /// The profile of a name.
    subscript(_ name: String) -> Profile? {
        get { profiles.first { $0.name == name }?.profile }
        set {
            profiles.removeAll { $0.name == name }
            if let newValue { profiles.append((name, newValue)) }
        }
    }

    /// The file's text.
    var bytes: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("version", 1)
            json.name("profiles")
            json.array { json in
                for (name, profile) in profiles { profile.write(named: name, to: &json) }
            }
        }
        return json.bytes + [UInt8(ascii: "\n")]
    }
}
