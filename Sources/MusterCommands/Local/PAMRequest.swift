import MusterCore
import TextBytes

/// What PAM says about a login, in the environment of the program that it runs (pam_exec(8)).
struct PAMRequest {
    /// The phases in which PAM runs us.
    enum Phase: String {
        case authentication = "auth"
        case account
    }

    /// The login name.
    let username: String
    /// Where the person sits; nil if PAM does not say.
    let address: String?

    /// Reads the environment.
    ///
    /// Beside what PAM says, the environment may hold what the person who logs in has chosen. So nothing else
    /// is read from it, and a name that stands in it twice is not believed.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`.
    init(
        _ phase: Phase,
        environment: [String] = ProcessGuard.environment()
    ) throws(MusterError) {
        let type = try PAMRequest.value("PAM_TYPE", environment)
        guard type?.hasSameBytes(as: phase.rawValue) == true else {
            let told =
                type.map { "PAM_TYPE is \($0.quoted(60))" } ?? "there is no PAM_TYPE"
            throw .invalid(
                "PAM_TYPE",
                "This command is for pam_exec in lines of \(phase.rawValue), and \(told)."
            )
        }
        guard let name = try PAMRequest.value("PAM_USER", environment), !name.isEmpty else {
            throw .invalid(
                "PAM_USER",
                "PAM does not say who logs in: PAM_USER is empty or not there."
            )
        }
        username = name
        address = try PAMRequest.value("PAM_RHOST", environment)
    }

    /// A variable, found by its bytes: the person who logs in has chosen what stands after the sign, of which the first
    /// character may be a mark that Swift takes for a part of the sign, or a hundred thousand of them.
    private static func value(
        _ name: String,
        _ environment: [String]
    ) throws(MusterError) -> String? {
        let start = (name + "=").utf8
        let values = environment.filter { $0.utf8.starts(with: start) }
        guard values.count <= 1 else {
            throw .invalid(name, "The environment holds \(name) more than once.")
        }
        return values.first.map { String(Substring($0.utf8.dropFirst(start.count))) }
    }
}
