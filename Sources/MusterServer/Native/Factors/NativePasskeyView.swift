import MusterAPI
import MusterCore

extension CreationOptionsRecord {
    /// What a browser is asked for a new passkey, as the native API and the console's script have it.
    init(_ options: PasskeyOptions) {
        self.init(
            challenge: options.challenge,
            siteID: options.site.id,
            siteName: options.issuer,
            userHandle: options.userHandle,
            username: options.user.username.text,
            displayName: options.user.displayName,
            algorithms: PasskeyPublicKey.algorithms,
            known: options.credentialIDs,
            timeout: Ceremony.lifetime.wholeMilliseconds
        )
    }
}

extension RequestOptionsRecord {
    /// What a browser is asked for a passkey that is known, as the native API and the console's script have it.
    ///
    /// - Parameters:
    ///   - request: What has begun.
    ///   - verification: Whether the passkey has to ask who its user is: `required` or `preferred` (WebAuthn section 5.8.6).
    init(_ request: PasskeyRequest, verification: String) {
        self.init(
            login: request.handle?.withExposedValue { $0 },
            challenge: request.challenge,
            siteID: request.site.id,
            allowed: request.credentialIDs,
            userVerification: verification,
            timeout: Ceremony.lifetime.wholeMilliseconds
        )
    }
}
