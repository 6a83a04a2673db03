/// A page that says what went wrong.
package enum ErrorPage {
    /// Within the frame of somebody who has come in.
    package static func html(_ frame: Frame, _ message: String, _ code: String) -> HTML {
        guard frame.viewer != nil else { return forStranger(frame, message, code) }
        return frame.page(
            frame.texts.error.title,
            in: .none,
            width: .narrow,
            content(frame, message, code)
        )
    }

    /// For strangers, and where the server cannot say who asks.
    package static func forStranger(_ frame: Frame, _ message: String, _ code: String) -> HTML {
        frame.strangerPage(frame.texts.error.title, content(frame, message, code))
    }

    private static func content(_ frame: Frame, _ message: String, _ code: String) -> HTML {
        """
        <div class="note bad" role="alert">\(message)</div>
        <p class="small muted">\(frame.texts.error.code) <code>\(code)</code></p>
        <p><a href="/">\(frame.texts.error.home)</a></p>
        """
    }
}

/// The texts of pages that say what went wrong.
package struct ErrorTexts: Sendable {
    var title = "That did not work"
    var code = "Error code:"
    var home = "Back to the start"
}
