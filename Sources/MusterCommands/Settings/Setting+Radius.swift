extension Setting {
    /// Answers to RADIUS servers.
    static let radius: [Setting] = [
        Setting(
            key: "radius.enabled",
            kind: .text,
            fallback: "false",
            summary: "Whether RADIUS servers are answered under /muster/v1/radius: true or false."
        ),
        Setting(
            key: "radius.hosts",
            kind: .text,
            fallback: "calling",
            summary:
                "Which address users' hosts are held against in RADIUS: calling (where the person sits) or nas (the device)."
        ),
        Setting(
            key: "radius.attributesFile",
            kind: .text,
            fallback: nil,
            summary:
                "A JSON file that says what devices are told of whom; only what is neutral is told if unset."
        ),
    ]
}
