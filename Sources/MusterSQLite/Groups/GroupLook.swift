import Foundation

/// What a group's name looks like: its letters without regard to case, put together in one way.
enum GroupLook {
    /// The canonical composition of the lower case, as it is kept beside the name.
    ///
    /// Names have at most 1,020 bytes, so that this takes microseconds.
    static func text(of name: String) -> String {
        name.lowercased().precomposedStringWithCanonicalMapping
    }
}
