import ActiveLogicClient
import WireJSON

/// Makes the Swift client's calls for tests in other languages.
///
/// Each line of standard input is a JSON object, `{"call":"addUser","name":"jane",...}`; each is answered with a
/// line of standard output, `{"result":...}` or `{"error":{"kind","code","message"}}`. The first call is `connect`
/// with `url`, `username` and `password`. So passwords are no arguments of the process.
@main
struct Main {
    static func main() async {
        var caller: Caller?
        while let line = readLine() {
            var json = JSONWriter()
            do {
                let call = try Call(line)
                if call.name == "connect" {
                    caller = try await Caller(call)
                    json.object { $0.null("result") }
                } else if let caller {
                    try await caller.answer(call, &json)
                } else {
                    throw Misuse("connect first")
                }
            } catch {
                json = JSONWriter()
                write(error, &json)
            }
            print(String(decoding: json.bytes, as: UTF8.self), terminator: "\n")
            flushOutput()
        }
        await caller?.connection.close()
    }

    private static func write(_ error: any Error, _ json: inout JSONWriter) {
        let known = error as? ActiveLogicError
        json.object { json in
            json.name("error")
            json.object { json in
                json.member("kind", known?.kind.rawValue ?? "Misuse")
                json.member("code", known?.code ?? "")
                json.member("message", known?.message ?? "\(error)")
            }
        }
    }
}

/// A line that is no call.
struct Misuse: Error {
    let message: String

    init(_ message: String) {
        self.message = message
    }
}
