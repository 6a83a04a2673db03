package import MusterCore
import NormalForms

extension GroupLook {
    /// The text that is kept beside the name: equal bytes for equal looks, by their canonical composition.
    ///
    /// Names have at most 1,020 bytes, so that this takes microseconds.
    package var stored: String { NormalForms.composed(folded) }
}
