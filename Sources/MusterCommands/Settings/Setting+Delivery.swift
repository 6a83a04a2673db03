extension Setting {
    /// Those that name files with secrets.
    static let secretFiles = [
        "store.postgres.urlFile",
        "smtp.passwordFile", "sms.twilio.secretFile", "sms.vonage.secretFile",
        "sms.webhook.secretFile", "sms.webhook.authorizationFile",
    ]

    /// How codes and notices get to people.
    static let delivery: [Setting] = [
        Setting(
            key: "codes.outbox",
            kind: .text,
            fallback: nil,
            summary:
                "The folder for messages to users; outbox in the data folder if unset."
        ),
        Setting(
            key: "codes.email.delivery",
            kind: .text,
            fallback: "folder",
            summary:
                "How codes and notices go by e-mail: folder (a file each, for another program), smtp or off."
        ),
        Setting(
            key: "codes.sms.delivery",
            kind: .text,
            fallback: "folder",
            summary:
                "How codes go by SMS: folder (a file each, for another program), twilio, vonage, webhook or off."
        ),
        Setting(
            key: "codes.smsPerHour",
            kind: .number(0...1_000_000),
            fallback: "200",
            summary: "The most verification codes by SMS in an hour, for all users together."
        ),
        Setting(
            key: "codes.emailPerHour",
            kind: .number(0...1_000_000),
            fallback: "3600",
            summary: "The most verification codes by e-mail in an hour, for all users together."
        ),
        Setting(
            key: "smtp.host",
            kind: .text,
            fallback: nil,
            summary:
                "The mail server to which messages are handed."
        ),
        Setting(
            key: "smtp.port",
            kind: .number(0...65_535),
            fallback: "0",
            summary:
                "The mail server's port; 0 means 587 for starttls, 465 for implicit, 25 for none."
        ),
        Setting(
            key: "smtp.tls",
            kind: .text,
            fallback: "starttls",
            summary:
                "How the connection to it is guarded: starttls, implicit (TLS from the first byte), or none on this machine."
        ),
        Setting(
            key: "smtp.caFile",
            kind: .text,
            fallback: nil,
            summary:
                "A PEM file with the authorities that the mail server's certificate may be of; the system's if unset."
        ),
        Setting(
            key: "smtp.username",
            kind: .text,
            fallback: nil,
            summary:
                "As whom to sign in to the mail server; nobody if unset."
        ),
        Setting(
            key: "smtp.passwordFile",
            kind: .text,
            fallback: nil,
            summary:
                "A file with the password for that, on one line."
        ),
        Setting(
            key: "smtp.from",
            kind: .text,
            fallback: nil,
            summary:
                "The address from which mail comes."
        ),
        Setting(
            key: "smtp.fromName",
            kind: .text,
            fallback: "Muster",
            summary:
                "The name beside that address."
        ),
        Setting(
            key: "smtp.helo",
            kind: .text,
            fallback: nil,
            summary:
                "What this machine calls itself to the mail server; the host of http.publicURL if unset, or else the domain of smtp.from."
        ),
        Setting(
            key: "sms.allowedPrefixes",
            kind: .list,
            fallback: "",
            summary:
                "Beginnings of the phone numbers to which a gateway is asked to send, such as +1 or +49; it needs at least one."
        ),
        Setting(
            key: "sms.from",
            kind: .text,
            fallback: nil,
            summary:
                "The number or name from which text messages come."
        ),
        Setting(
            key: "sms.text",
            kind: .text,
            fallback: "Your Muster code is {code}. Valid for 5 minutes. Never share it.",
            summary:
                "What text messages say; {code} stands for the code."
        ),
        Setting(
            key: "sms.caFile",
            kind: .text,
            fallback: nil,
            summary:
                "A PEM file with the authorities that the gateway's certificate may be of; the system's if unset."
        ),
        Setting(
            key: "sms.twilio.url",
            kind: .text,
            fallback: "https://api.twilio.com",
            summary:
                "Where Twilio's API is."
        ),
        Setting(
            key: "sms.twilio.account",
            kind: .text,
            fallback: nil,
            summary:
                "The SID of the account at Twilio."
        ),
        Setting(
            key: "sms.twilio.key",
            kind: .text,
            fallback: nil,
            summary:
                "The SID of an API key at Twilio; the account's own token is used if unset."
        ),
        Setting(
            key: "sms.twilio.secretFile",
            kind: .text,
            fallback: nil,
            summary:
                "A file with the account's token, or the API key's secret, on one line."
        ),
        Setting(
            key: "sms.twilio.messagingService",
            kind: .text,
            fallback: nil,
            summary:
                "The SID of a messaging service at Twilio, in place of sms.from."
        ),
        Setting(
            key: "sms.vonage.url",
            kind: .text,
            fallback: "https://rest.nexmo.com",
            summary:
                "Where Vonage's API is."
        ),
        Setting(
            key: "sms.vonage.key",
            kind: .text,
            fallback: nil,
            summary:
                "The API key at Vonage."
        ),
        Setting(
            key: "sms.vonage.secretFile",
            kind: .text,
            fallback: nil,
            summary:
                "A file with the API secret at Vonage, on one line."
        ),
        Setting(
            key: "sms.webhook.url",
            kind: .text,
            fallback: nil,
            summary:
                "The address that is called for each text message."
        ),
        Setting(
            key: "sms.webhook.secretFile",
            kind: .text,
            fallback: nil,
            summary:
                "A file with the key that signs calls of the webhook, on one line."
        ),
        Setting(
            key: "sms.webhook.authorizationFile",
            kind: .text,
            fallback: nil,
            summary:
                "A file with what goes into the field Authorization, on one line; no such field if unset."
        ),
        Setting(
            key: "sms.defaultPrefix",
            kind: .text,
            fallback: "+1",
            summary:
                "What phone numbers without a country's prefix get; empty means that each has to have its own."
        ),
    ]
}
