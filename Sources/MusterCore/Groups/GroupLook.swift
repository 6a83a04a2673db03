import TextBytes

/// What a group's name looks like: its letters without regard to case, put together in whatever way.
///
/// Two names are one where their looks are equal, and so they are compared wherever a group is named, made or
/// renamed: `Übrig` and `übrig`, `Zoë` with one code point or two for its last letter, `ΟΔΟΣ` and `οδος`.
public struct GroupLook: Hashable, Sendable {
    /// The name without regard to case; texts of Swift are equal where their canonical compositions are.
    public let folded: String

    /// Looks at a name, which was measured: at most ``Group/maximumNameBytes``, since long texts take long.
    ///
    /// Folds case as Unicode 15.0 section 3.13 does (toCasefold): there and back again, so that final sigma, sharp s
    /// and the Kelvin sign become what their capitals become. The dotless i stays apart from the dotted one.
    public init(_ name: String) {
        guard !name.utf8.allSatisfy({ $0 < 0x80 }) else {
            folded = name.lowercased()
            return
        }
        folded = name.unicodeScalars.reduce(into: "") { text, scalar in
            if scalar == "\u{131}" {
                text.unicodeScalars.append(scalar)
            } else {
                text += scalar.properties.lowercaseMapping.uppercased().lowercased()
            }
        }
    }

    /// The look of the group that everybody is in.
    static let everyone = GroupLook(Group.everyone(userCount: 0).name)
}

extension Sequence {
    /// The one that looks as a name does; of several, as there may be from before looks were compared, the one that has
    /// exactly this name, or else the first.
    public func looking(like name: String, by nameOf: (Element) -> String) -> Element? {
        // No group has a longer name.
        guard name.utf8.count <= Group.maximumNameBytes else { return nil }
        let look = GroupLook(name)
        let alike = filter { element in
            let other = nameOf(element)
            return other.utf8.count <= Group.maximumNameBytes && GroupLook(other) == look
        }
        return alike.first { nameOf($0).hasSameBytes(as: name) } ?? alike.first
    }
}
