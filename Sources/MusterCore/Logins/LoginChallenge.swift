/// How somebody goes on who has shown one thing and needs another.
public struct LoginChallenge: Sendable {
    /// By what, the strongest first; empty where only the password can do it.
    public let factors: [FactorKind]
    /// Under which name; nil if there is nothing to be finished.
    public let handle: Secret<String>?

    /// Builds a challenge.
    public init(factors: [FactorKind], handle: Secret<String>?) {
        self.factors = factors
        self.handle = handle
    }
}
