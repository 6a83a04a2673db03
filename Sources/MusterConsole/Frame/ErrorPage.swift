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

    /// Where a form comes that was sent already, as back and reload send it.
    package static func sentAlready(_ frame: Frame) -> HTML {
        frame.page(
            frame.texts.error.sentAlready,
            in: .none,
            width: .narrow,
            """
            <div class="note warn" role="alert">\(frame.texts.error.sentAlreadyHint)</div>
            <p><a href="/">\(frame.texts.error.home)</a></p>
            """
        )
    }

    /// Where the server cannot go on for a while.
    package static func away(_ frame: Frame, _ message: String, _ code: String) -> HTML {
        frame.strangerPage(
            frame.texts.error.away,
            """
            <div class="note warn" role="alert">\(message)</div><p class="muted">\(frame.texts.error.awayHint)</p>
            <p class="small muted">\(frame.texts.error.code) <code>\(code)</code></p>
            """
        )
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
    var sentAlready = "That was done already"
    var sentAlreadyHint =
        "This form was sent before, and nothing was done a second time. What was shown then is not shown again."
    var away = "Not just now"
    var awayHint =
        "The server may be starting, stopping or busy. Wait a moment, go back and try again: your browser keeps what you have typed."
}
