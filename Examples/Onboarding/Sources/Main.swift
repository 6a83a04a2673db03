import ActiveLogicClient
import Foundation
import TenableClient

/// `Onboarding people.csv`, with `TIO_ACCESS_KEY`, `TIO_SECRET_KEY` and `TIO_URL` in the environment.
@main
enum Main {
    static func main() async {
        do {
            let people = try Person.list(try text())
            try await onboarding().run(people)
        } catch let error as Misuse {
            fail(error.message)
        } catch {
            // Errors of both libraries say what happened, and never hold a key or a password.
            fail("\(error)")
        }
    }

    private static func text() throws(Misuse) -> String {
        let arguments = CommandLine.arguments.dropFirst()
        guard arguments.count == 1, let path = arguments.first else {
            throw Misuse("say which list: Onboarding people.csv")
        }
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw Misuse("the list cannot be read: \(path)")
        }
        return text
    }

    private static func onboarding() throws(Misuse) -> Onboarding {
        let variables = ProcessInfo.processInfo.environment
        guard let access = variables["TIO_ACCESS_KEY"], let secret = variables["TIO_SECRET_KEY"]
        else { throw Misuse("set TIO_ACCESS_KEY and TIO_SECRET_KEY to a pair of API keys") }
        return Onboarding(
            url: variables["TIO_URL"] ?? "http://127.0.0.1:8834",
            accessKey: access,
            secretKey: secret
        )
    }

    private static func fail(_ message: String) -> Never {
        FileHandle.standardError.write(Data("onboarding: \(message)\n".utf8))
        exit(1)
    }
}
