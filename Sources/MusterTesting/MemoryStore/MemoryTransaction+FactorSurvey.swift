import MusterCore

extension MemoryTransaction {
    func shutOutOfPasswordOnlyLogins(
        exceptApps hasApps: Bool,
        limit: Int
    ) throws(MusterError) -> (names: [Username], count: Int) {
        let users = state.users.values.sorted { $0.id.rawValue < $1.id.rawValue }
        let names = users.filter { user in
            let factors = state.factors.values.filter { $0.user == user.id && $0.isConfirmed }
            let isAsked =
                user.secondFactor.isRequiredAtLogin || !factors.isEmpty
                || user.authorizations.requiresSecondFactorEnrolment
            let isSpared = hasApps && factors.contains { $0.kind == .timeCode }
            return isAsked && !isSpared && user.authorizations.password && user.isEnabled
        }.map(\.username)
        return (Array(names.prefix(limit)), names.count)
    }

    func beyondCodes(
        isEmailOn: Bool,
        isSMSOn: Bool,
        limit: Int
    ) throws(MusterError) -> (names: [Username], count: Int) {
        let users = state.users.values.sorted { $0.id.rawValue < $1.id.rawValue }
        let names = users.filter { user in
            let codes = user.secondFactor
            let hasFactor = state.factors.values.contains { $0.user == user.id && $0.isConfirmed }
            return codes.isRequiredAtLogin && !(codes.isEmailEnabled && isEmailOn)
                && !(codes.isSMSEnabled && isSMSOn) && !hasFactor && user.authorizations.password
                && user.isEnabled
        }.map(\.username)
        return (Array(names.prefix(limit)), names.count)
    }

    func passkeySites() throws(MusterError) -> [PasskeySite] {
        var keys: [[UInt8]: Int] = [:]
        for factor in state.factors.values {
            guard case .passkey(let passkey) = factor.proof, let site = passkey.site else {
                continue
            }
            keys[Array(site.utf8), default: 0] += 1
        }
        let sites = keys.sorted { one, other in
            one.value == other.value
                ? one.key.lexicographicallyPrecedes(other.key) : one.value > other.value
        }
        return sites.prefix(PasskeySite.most).map { key, count in
            PasskeySite(id: String(decoding: key, as: UTF8.self), keys: count)
        }
    }
}
