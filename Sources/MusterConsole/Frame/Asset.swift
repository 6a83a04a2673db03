/// A file that pages refer to; it lies in the program.
package struct Asset: Sendable {
    /// The name, up to what is put in front of the suffix.
    package let stem: String
    /// The suffix.
    package let suffix: String
    /// The media type.
    package let mediaType: String
    /// The content.
    package let bytes: [UInt8]

    /// How all pages look.
    package static var styles: Asset {
        Asset(
            stem: "console",
            suffix: "css",
            mediaType: "text/css; charset=utf-8",
            bytes: PackageResources.console_css
        )
    }

    /// What makes pages livelier where scripts run.
    package static var script: Asset {
        Asset(
            stem: "console",
            suffix: "js",
            mediaType: "text/javascript; charset=utf-8",
            bytes: PackageResources.console_js
        )
    }
}
