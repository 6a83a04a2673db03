import ActiveLogicAPI
import MusterAPI
import TenableAPI
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
        return nil
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
