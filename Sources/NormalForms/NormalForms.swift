import CUtf8proc
import SystemCalls

/// Unicode's normalization forms (UAX #15), by utf8proc.
///
/// The standard library composes only behind interfaces that are not promised, and Foundation brings all of ICU's tables
/// of the world's languages for it.
public enum NormalForms {
    /// A text in form NFC.
    ///
    /// Putting marks in order takes time that grows with the square of their number: whoever calls this has measured
    /// the text before.
    ///
    /// - Returns: The text in the form; as it is if memory is out.
    public static func composed(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var composed: UnsafeMutablePointer<utf8proc_uint8_t>?
        let options = utf8proc_option_t(UTF8PROC_STABLE.rawValue | UTF8PROC_COMPOSE.rawValue)
        let count = utf8proc_map(bytes, bytes.count, &composed, options)
        guard let composed else { return text }
        defer {
            // It may be somebody's password, and `free` leaves what was there.
            explicit_bzero(composed, max(count, 0))
            free(composed)
        }
        guard count >= 0 else { return text }
        return String(decoding: UnsafeBufferPointer(start: composed, count: count), as: UTF8.self)
    }
}
