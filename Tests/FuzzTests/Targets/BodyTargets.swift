import ActiveLogicAPI
import MusterAPI
import TenableAPI
import TextBytes
import WireJSON

@testable import MusterCore
@testable import MusterServer

/// Readers of JSON objects.
enum BodyTargets {
    static func bodies(_ bytes: [UInt8]) -> String? {
        guard let value = try? JSONValue(parsing: bytes) else { return nil }
        _ = ActiveLogicAPI.UserRecord(value)
        _ = ActiveLogicAPI.KeyRecord(value)
        guard case .object(let object) = value else { return nil }
        native(object)
        tenable(TenableFields(object))
        let isSame =
            isReadAgain(object, MusterAPI.UserBody.init) { $0.write(to: &$1) }
            && isReadAgain(object, MusterAPI.GroupBody.init) { $0.write(to: &$1) }
            && isReadAgain(object, MusterAPI.SSHKeyBody.init) { $0.write(to: &$1) }
            && isReadAgain(object, MusterAPI.LoginBody.init) { $0.write(to: &$1) }
            && isReadAgain(object, MusterAPI.NewPasswordBody.init) { $0.write(to: &$1) }
        return isSame ? nil : "a body is read from what is written of it"
    }

    /// Whether a body that is read from an object is the same again from what is written of it; one that is refused is.
    private static func isReadAgain<Body: Equatable>(
        _ object: JSONObject,
        _ read: (JSONObject) throws(MusterAPI.FieldError) -> Body,
        _ write: (Body, inout JSONWriter) -> Void
    ) -> Bool {
        guard let body = try? read(object) else { return true }
        var json = JSONWriter()
        write(body, &json)
        guard case .object(let written)? = try? JSONValue(parsing: json.bytes) else { return false }
        return (try? read(written)) == body
    }

    private static func native(_ object: JSONObject) {
        _ = try? MusterAPI.UserBody(object)
        _ = try? MusterAPI.UserRecord(object)
        _ = try? MusterAPI.LoginBody(object)
        _ = try? MusterAPI.AuthenticateBody(object)
        _ = try? MusterAPI.NewPasswordBody(object)
        _ = try? MusterAPI.GroupBody(object)
        _ = try? MusterAPI.SSHKeyBody(object)
        _ = try? MusterAPI.SecondFactorBody(object)
        _ = try? MusterAPI.FactorBody(object)
        _ = try? MusterAPI.LoginAnswerBody(object)
        _ = try? MusterAPI.NewPasskeyBody(object)
    }

    private static func tenable(_ fields: TenableFields) {
        _ = try? TenableAPI.CreateUserRequest(fields)
        _ = try? TenableAPI.EditUserRequest(fields)
        _ = try? TenableAPI.ChangePasswordRequest(fields)
        _ = try? TenableAPI.AuthorizationsRequest(fields)
        _ = try? TenableAPI.TwoFactorRequest(fields)
        _ = try? TenableAPI.LoginBody(fields)
    }

    /// The bytes as the body of a question, and the first of them as the client's name.
    static func radius(_ bytes: [UInt8]) -> String? {
        guard case .object(let object)? = try? JSONValue(parsing: bytes),
            let question = try? NativeRadiusQuestion(object)
        else { return nil }
        for hosts in RadiusSettings.Hosts.allCases {
            for client in ["", "switch-1", String(decoding: bytes.prefix(70), as: UTF8.self)] {
                let settings = RadiusSettings(hosts: hosts)
                guard let request = try? question.request(client: client, settings) else {
                    continue
                }
                if let promise = broken(by: request) { return promise }
            }
        }
        return nil
    }

    private static func broken(by request: RadiusRequest) -> String? {
        let name = request.username.utf8
        guard (1...TextLimit.username).contains(name.count), !name.contains(0) else {
            return "a name is no longer than names are, and has no NUL"
        }
        guard request.client.utf8.isEmpty || RadiusRequest.isPlain(request.client) else {
            return "a client's name can be shown as it is"
        }
        guard request.state?.count ?? 0 <= 64 else { return "a state is as short as ours" }
        let isUsable = request.usablePassword?.withExposedValue {
            (1...RadiusRequest.maximumPasswordBytes).contains($0.utf8.count)
        }
        return isUsable ?? true ? nil : "nothing is hashed that PAP could not carry"
    }

    static func lines(_ bytes: [UInt8]) -> String? {
        var whole = LineSplitter()
        let lines = whole.push(bytes) + [whole.finish()].compactMap(\.self)
        var parts = LineSplitter()
        let others = bytes.pieces.flatMap { parts.push($0) } + [parts.finish()].compactMap(\.self)
        guard lines.map(\.bytes) == others.map(\.bytes), lines.map(\.number) == others.map(\.number)
        else { return "lines are the same however they arrive" }
        for line in lines { _ = try? ImportLine(line) }
        return nil
    }
}
