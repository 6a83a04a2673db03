import ClientTransport
import TenableAPI

extension TenableIO {
    /// A new pair of API keys, which the server shows this once.
    ///
    /// It prints nothing of itself: read ``accessKey`` and ``secretKey``.
    public struct APIKeys: Sendable {
        private let access: Secret<String>
        private let secret: Secret<String>

        init(_ fields: TenableFields) throws(TenableFieldError) {
            access = Secret(try fields.requiredText("accessKey"))
            secret = Secret(try fields.requiredText("secretKey"))
        }

        /// The access key.
        public var accessKey: String { access.withExposedValue { $0 } }

        /// The secret key.
        public var secretKey: String { secret.withExposedValue { $0 } }
    }
}

extension TenableIO.APIKeys: CustomStringConvertible, CustomReflectable {
    /// Nothing of the keys.
    public var description: String { "APIKeys(<redacted>)" }

    /// Without children, so that `dump` shows nothing either.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
