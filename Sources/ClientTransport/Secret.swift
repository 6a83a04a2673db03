package import Logging

/// A value that must not be shown: a password, a token, a code, a body that holds one.
///
/// It neither prints nor encodes. Every place that needs the value is found by searching for
/// `withExposedValue`.
package struct Secret<Value: Sendable>: Sendable {
    private let value: Value

    package init(_ value: Value) {
        self.value = value
    }

    /// Lends the value to `body` for the time of the call.
    package func withExposedValue<Result, Failure: Error>(
        _ body: (Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(value)
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<redacted>" }

    package var debugDescription: String { "<redacted>" }

    /// Without children, so that `dump` shows nothing either.
    package var customMirror: Mirror { Mirror(self, children: []) }
}

extension DefaultStringInterpolation {
    /// Makes `"\(secret)"` a warning, which this package's builds treat as an error.
    @available(*, deprecated, message: "a secret must not become part of a text")
    package mutating func appendInterpolation<Value>(_ secret: Secret<Value>) {
        appendLiteral("<redacted>")
    }
}

extension Logger.MetadataValue.StringInterpolation {
    /// Makes `"\(secret)"` in a log's metadata a warning, too.
    @available(*, deprecated, message: "a secret must not become part of a log")
    package mutating func appendInterpolation<Value>(_ secret: Secret<Value>) {
        appendLiteral("<redacted>")
    }
}
