import Hummingbird
import MusterCore
import Synchronization

/// Which forms have been sent, so that back, reload and a second press repeat no change.
///
/// Each page has a mark of its own in its forms. A form that comes with the same mark and the same fields again was
/// sent from the same page, and is led to where the first was led. The last ones are remembered, in memory only.
final class SentForms: Sendable {
    /// What became of a form.
    enum Standing: Sendable, Equatable {
        /// It has not come before.
        case new
        /// It is being dealt with, or was dealt with and has shown something.
        case sent
        /// It was dealt with, and led to another page.
        case led(String)
    }

    /// How many forms are remembered, each in some 100 bytes.
    private static let most = 4_096

    private struct State {
        var forms: [[UInt8]: Standing] = [:]
        var order: [[UInt8]] = []
        var next = 0

        mutating func add(_ key: [UInt8]) {
            forms[key] = .sent
            guard order.count >= SentForms.most else {
                order.append(key)
                return
            }
            forms[order[next]] = nil
            order[next] = key
            next = (next + 1) % SentForms.most
        }
    }

    private let state = Mutex(State())

    /// Notes that a form is being dealt with, and says what became of it before.
    func begin(_ key: [UInt8]) -> Standing {
        state.withLock { state in
            if let known = state.forms[key] { return known }
            state.add(key)
            return .new
        }
    }

    /// Notes what became of a form; one that has changed nothing may come again.
    func end(_ key: [UInt8], _ response: Response?) {
        let status = response?.status.code ?? 500
        let place = status == 303 ? response?.headers[.location] : nil
        state.withLock { state in
            // Another one may have taken its place meanwhile.
            guard state.forms[key] != nil else { return }
            state.forms[key] = status >= 400 ? nil : place.map { .led($0) } ?? .sent
        }
    }
}
