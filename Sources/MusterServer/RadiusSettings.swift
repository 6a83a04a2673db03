public import MusterCore
import TextBytes

/// How questions of RADIUS servers are answered.
public struct RadiusSettings: Sendable {
    /// Which address users' hosts are held against.
    public enum Hosts: String, CaseIterable, Sendable {
        /// Where the person sits: `Calling-Station-Id`, where that is an address.
        case calling
        /// The device that the person signs in to: `NAS-IP-Address` or `NAS-IPv6-Address`.
        case nas
    }

    /// Which address users' hosts are held against.
    public var hosts: Hosts
    /// What devices are told of whom, the first that fits for each attribute.
    public var rules: [RadiusRule]

    /// Builds the settings; the defaults are those of the program.
    public init(hosts: Hosts = .calling, rules: [RadiusRule] = []) {
        self.hosts = hosts
        self.rules = rules
    }

    /// The names in the rules that no dictionary has which was looked at (``RadiusAttribute``).
    public var unknownAttributes: [String] {
        var names: [String] = []
        for (name, _) in rules.flatMap({ $0.attributes })
        where RadiusAttribute.kind(of: name) == nil {
            if !names.contains(where: { $0.hasSameBytes(as: name) }) { names.append(name) }
        }
        return names
    }
}

/// What devices are told of the users for whom all of its conditions hold.
public struct RadiusRule: Sendable {
    /// The name of the device, where `*` stands for any number of characters; nil for every device.
    public var client: String?
    /// The least role; nil for every user.
    public var role: Role?
    /// A group that the user is in; nil for every user.
    public var group: String?
    /// Bits that the user holds, mask by mask; none for every user.
    public var masks: Masks
    /// What is told: an attribute's name and its values, which are texts and numbers in decimal.
    public var attributes: [(name: String, values: [String])]

    /// Builds a rule.
    public init(
        client: String? = nil,
        role: Role? = nil,
        group: String? = nil,
        masks: Masks = Masks(),
        attributes: [(name: String, values: [String])]
    ) {
        self.client = client
        self.role = role
        self.group = group
        self.masks = masks
        self.attributes = attributes
    }

    /// Whether it is about a user at a device.
    func fits(_ user: User, in groups: [String], at client: String) -> Bool {
        if let pattern = self.client,
            !RadiusRule.matches(Array(client.utf8)[...], Array(pattern.utf8)[...])
        {
            return false
        }
        if let role, user.role < role { return false }
        if let group, !groups.contains(where: { $0.hasSameBytes(as: group) }) { return false }
        return user.masks.covers(masks)
    }

    /// Whether a name fits a pattern, in which `*` stands for any number of bytes.
    ///
    /// At most as many steps as both are long together, times the pattern's length: after a mismatch only the last star
    /// takes one byte more.
    static func matches(_ name: ArraySlice<UInt8>, _ pattern: ArraySlice<UInt8>) -> Bool {
        let star = UInt8(ascii: "*")
        var (place, rule) = (name.startIndex, pattern.startIndex)
        var last: (place: Int, rule: Int)?
        while place < name.endIndex {
            if rule < pattern.endIndex, pattern[rule] == star {
                last = (place, rule + 1)
                rule += 1
            } else if rule < pattern.endIndex, pattern[rule] == name[place] {
                (place, rule) = (place + 1, rule + 1)
            } else if let tried = last {
                last = (tried.place + 1, tried.rule)
                (place, rule) = (tried.place + 1, tried.rule)
            } else {
                return false
            }
        }
        return pattern[rule...].allSatisfy { $0 == star }
    }
}
