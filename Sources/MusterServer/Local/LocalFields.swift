import MusterCore
import WireJSON

/// The members of a question of a program on this machine.
typealias LocalFields = JSONFields<LocalPhrases>

/// Such programs are Muster's own: a code is all that they are told.
enum LocalPhrases: FieldPhrases {
    static let takesNullForAbsent = true

    static func failure(of name: String, _ fault: FieldFault) -> MusterError {
        MusterError(.inputType, "A member of the question is missing or of the wrong type.")
    }
}
