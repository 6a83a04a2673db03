import LDAPWire
import MusterCore
import TextBytes

/// Changes passwords (RFC 3062).
struct LDAPPasswordChanger: Sendable {
    /// How many random bytes a password has that is made here: 128 bits.
    private static let madeBytes = 16

    let service: PasswordService
    let tree: LDAPTree
    let random: any RandomSource

    /// Answers a request for another password.
    ///
    /// - Returns: The answer, and whether the password of the caller itself was changed, which ends what the former one has
    ///   opened.
    func answer(
        _ value: ArraySlice<UInt8>?,
        to id: Int,
        by caller: Principal?,
        mayCarryPassword: Bool,
        knowsPolicy: Bool
    ) async -> (bytes: [UInt8], changesCaller: Bool) {
        do throws(LDAPResult) {
            guard let caller else { throw LDAPResult(.insufficientAccessRights, "bind first") }
            guard mayCarryPassword else {
                throw LDAPResult(.confidentialityRequired, "use TLS before a password is sent")
            }
            let request = try Request(value)
            let username = try request.name.map { name throws(LDAPResult) in
                guard let username = tree.username(bindingAs: name) else {
                    throw LDAPResult(.noSuchObject)
                }
                return username
            }
            let isOwn = username.map { caller.user.matches(.username($0)) } ?? true
            guard !isOwn || request.old != nil else {
                throw LDAPResult(
                    .unwillingToPerform,
                    "your own password is changed with the present one"
                )
            }
            let new = request.new ?? Secret(made())
            let change = PasswordChange(new: new, current: request.old)
            let target: UserTarget =
                isOwn ? .oneself : .user(.username(username ?? caller.user.username.text))
            try await LDAPResult.translating { () async throws(MusterError) in
                _ = try await service.change(target, by: caller) { () throws(MusterError) in change
                }
            }
            var answer: [UInt8]?
            if request.new == nil {
                var writer = BERWriter(capacity: 64)
                writer.constructed { writer in
                    new.withExposedValue { writer.octets($0.utf8, tag: BERTag.context(0)) }
                }
                answer = writer.bytes
            }
            let controls = knowsPolicy ? [LDAPPasswordPolicy.control(nil)] : []
            let bytes = LDAPAnswers.extended(to: id, .success, value: answer, controls: controls)
            return (bytes, isOwn)
        } catch {
            let policy = LDAPPasswordPolicy(error)
            let controls = knowsPolicy ? [LDAPPasswordPolicy.control(policy)] : []
            return (LDAPAnswers.extended(to: id, error, controls: controls), false)
        }
    }

    /// A password of letters of both cases, digits and a sign, so that every policy takes it.
    private func made() -> String {
        "Aa1-" + Hex.text(random.bytes(Self.madeBytes))
    }

    /// What is asked for.
    private struct Request {
        let name: ArraySlice<UInt8>?
        let old: Secret<String>?
        let new: Secret<String>?

        init(_ value: ArraySlice<UInt8>?) throws(LDAPResult) {
            do {
                var outer = BERReader(value ?? [0x30, 0x00])
                var reader = try outer.constructed()
                name = try reader.contentIfPresent(of: BERTag.context(0))
                old = try Request.password(reader.contentIfPresent(of: BERTag.context(1)))
                new = try Request.password(reader.contentIfPresent(of: BERTag.context(2)))
                try reader.requireEnd()
            } catch let result as LDAPResult {
                throw result
            } catch {
                throw LDAPResult(.protocolError, "the request cannot be read")
            }
        }

        private static func password(
            _ bytes: ArraySlice<UInt8>?
        ) throws(LDAPResult) -> Secret<String>? {
            guard let bytes else { return nil }
            guard bytes.count <= TextLimit.password,
                let text = String(validating: bytes, as: UTF8.self)
            else {
                throw LDAPResult(
                    .constraintViolation,
                    "a password has at most \(TextLimit.password) bytes of UTF-8"
                )
            }
            return Secret(text)
        }
    }
}
