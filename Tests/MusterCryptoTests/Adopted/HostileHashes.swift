/// Texts that must not be taken for hashes.
enum HostileHashes {
    private static let salt = "AAECAwQFBgcICQoLDA0ODw"
    private static let tag = "x7YHgv7hg+jBqCFIC/tuqQx7YHgv7hg+jBqCFIC/tuo"
    private static let crypt53 = String(repeating: "a", count: 53)
    private static let crypt86 = String(repeating: "b", count: 86)

    static let atTheBounds = [
        "$argon2id$v=19$m=262144,t=4,p=1$\(salt)$\(tag)",
        "$argon2id$v=19$m=1024,t=11,p=1$\(salt)$\(tag)",
        "$argon2id$v=19$m=104857,t=10,p=1$\(salt)$\(tag)",
        "$argon2id$v=19$m=128,t=1,p=16$\(salt)$\(tag)",
        "$2b$04$\(crypt53)", "$2y$14$\(crypt53)", "$2a$09$\(crypt53)",
        "$6$rounds=1000$a$\(crypt86)", "$6$rounds=500000$0123456789abcdef$\(crypt86)",
        // The default of passlib and Ansible, and what others take.
        "$6$rounds=656000$0123456789abcdef$\(crypt86)", "$6$rounds=640000$salt$\(crypt86)",
        "$6$rounds=800000$salt$\(crypt86)",
        "$pbkdf2-sha512$2000000$\(salt)$\(tag)", "$pbkdf2-sha256$1000$\(salt)$\(tag)",
        "pbkdf2_sha256$1000$saltsalt$\(tag)=", "{PBKDF2-SHA512}1000$\(salt)$\(tag)",
    ]

    /// Costs that nobody's machine has the time for, and that are read nevertheless.
    static let endless = [
        "$argon2id$v=19$m=262144,t=999999999,p=1$\(salt)$\(tag)",
        "$2b$20$\(crypt53)", "$2b$31$\(crypt53)",
        "$6$rounds=99999999$salt$\(crypt86)", "$6$rounds=999999999$salt$\(crypt86)",
        "{CRYPT}$6$rounds=999999999$salt$\(crypt86)",
        "$pbkdf2-sha256$999999999$\(salt)$\(tag)", "$pbkdf2-sha512$99999999$\(salt)$\(tag)",
        "{PBKDF2-SHA512}999999999$\(salt)$\(tag)", "pbkdf2_sha256$999999999$saltsalt$\(tag)=",
    ]

    static let all =
        argon2 + bcrypt + sha512 + pbkdf2 + [
            // Empty, plain, unsalted and forms that are not taken.
            "", " ", "$", "$$$$$", "password", "5f4dcc3b5aa765d61d8327deb882cf99",
            "$1$salt$qJH7.N4xYta3aEG/dfqo/0", "$5$salt$\(crypt86)", "$y$j9T$salt$\(crypt86)",
            "$7$salt$\(crypt86)", "$apr1$salt$\(crypt53)", "$sha1$1000$salt$\(crypt53)", "*", "!",
            "x",
            "*0", "*1", "{SSHA}\(tag)", "{CRYPT}", "{CRYPT}{CRYPT}$2b$04$\(crypt53)",
            "{CRYPT}$pbkdf2-sha256$1000$\(salt)$\(tag)",
            "{CRYPT}$argon2id$v=19$m=1024,t=1,p=1$\(salt)$\(tag)",
            "$scrypt$ln=14,r=8,p=1$\(salt)$\(tag)", "scram-sha-256$4096$\(salt)$\(tag)",
            "instant$1$1$41", "md5$salt$5f4dcc3b5aa765d61d8327deb882cf99",
        ]

    private static let argon2 = [
        // Other kinds and versions.
        "$argon2i$v=19$m=1024,t=3,p=1$\(salt)$\(tag)",
        "$argon2d$v=19$m=1024,t=3,p=1$\(salt)$\(tag)",
        "$argon2id$v=16$m=1024,t=3,p=1$\(salt)$\(tag)", "$argon2id$m=1024,t=3,p=1$\(salt)$\(tag)",
        "argon2$argon2id$v=19$m=1024,t=3,p=1$\(salt)$\(tag)",
        "$Argon2id$v=19$m=1024,t=3,p=1$\(salt)$\(tag)",
        // Costs out of bounds, overflowing or oddly written.
        "$argon2id$v=19$m=262145,t=1,p=1$\(salt)$\(tag)",
        "$argon2id$v=19$m=1024,t=1000000000,p=1$\(salt)$\(tag)",
        "$argon2id$v=19$m=1024,t=0,p=1$\(salt)$\(tag)",
        "$argon2id$v=19$m=1024,t=1,p=0$\(salt)$\(tag)",
        "$argon2id$v=19$m=1024,t=1,p=17$\(salt)$\(tag)",
        "$argon2id$v=19$m=7,t=1,p=1$\(salt)$\(tag)", "$argon2id$v=19$m=127,t=1,p=16$\(salt)$\(tag)",
        "$argon2id$v=19$m=4294967297,t=1,p=1$\(salt)$\(tag)",
        "$argon2id$v=19$m=18446744073709551617,t=1,p=1$\(salt)$\(tag)",
        "$argon2id$v=19$m=-1,t=1,p=1$\(salt)$\(tag)",
        "$argon2id$v=19$m=+1024,t=1,p=1$\(salt)$\(tag)",
        "$argon2id$v=19$m=01024,t=1,p=1$\(salt)$\(tag)",
        "$argon2id$v=19$m=0x400,t=1,p=1$\(salt)$\(tag)",
        "$argon2id$v=19$t=1,m=1024,p=1$\(salt)$\(tag)", "$argon2id$v=19$m=1024,t=1$\(salt)$\(tag)",
        "$argon2id$v=19$m=1024,t=1,p=1,keyid=a$\(salt)$\(tag)",
        "$argon2id$v=19$m=,t=,p=$\(salt)$\(tag)",
        // Salts and hashes.
        "$argon2id$v=19$m=1024,t=1,p=1$$\(tag)", "$argon2id$v=19$m=1024,t=1,p=1$\(salt)$",
        "$argon2id$v=19$m=1024,t=1,p=1$\(salt)", "$argon2id$v=19$m=1024,t=1,p=1$AAEC$\(tag)",
        "$argon2id$v=19$m=1024,t=1,p=1$\(salt)==$\(tag)",
        "$argon2id$v=19$m=1024,t=1,p=1$\(salt)$\(tag)=",
        "$argon2id$v=19$m=1024,t=1,p=1$\(salt)$AAECAwQ",
        "$argon2id$v=19$m=1024,t=1,p=1$\(salt)$\(tag)$",
        "$argon2id$v=19$m=1024,t=1,p=1$!!!!!!!!!!!!$\(tag)",
        "$argon2id$v=19$m=1024,t=1,p=1$\(salt)$\(tag) ",
        "$argon2id$v=19$m=1024,t=1,p=1$\(salt)$\(tag)\n",
        "\u{FEFF}$argon2id$v=19$m=8,t=1,p=1$\(salt)$\(tag)",
    ]

    private static let bcrypt = [
        "$2b$03$\(crypt53)", "$2b$32$\(crypt53)", "$2b$99$\(crypt53)", "$2b$4$\(crypt53)",
        "$2b$004$\(crypt53)", "$2b$-4$\(crypt53)", "$2$04$\(crypt53)", "$2x$04$\(crypt53)",
        "$2c$04$\(crypt53)", "$2b$04$\(crypt53)a", "$2b$04$\(crypt53.dropLast())",
        "$2b$04$\(crypt53.dropLast())=", "$2b$04$\(crypt53.dropLast())+", "$2b$04$", "$2b$", "$2b",
        "$2b$04\(crypt53)", "$2b$04$\(crypt53)$", "$2b$04$\(crypt53):",
    ]

    private static let sha512 = [
        "$6$rounds=999$salt$\(crypt86)", "$6$rounds=1000000000$salt$\(crypt86)",
        "$6$rounds=99999999999999999999$salt$\(crypt86)", "$6$rounds=05000$salt$\(crypt86)",
        "$6$rounds=$salt$\(crypt86)", "$6$rounds=-1$salt$\(crypt86)", "$6$rounds=5000$\(crypt86)",
        "$6$$\(crypt86)", "$6$salt$", "$6$salt", "$6$", "$6$salt$\(crypt86)b",
        "$6$salt$\(crypt86.dropLast())", "$6$salt!$\(crypt86)", "$6$0123456789abcdefg$\(crypt86)",
        "$6$salt$\(crypt86.dropLast())=", "$6$salt$extra$\(crypt86)", "$6$sa:lt$\(crypt86)",
    ]

    private static let pbkdf2 = [
        "$pbkdf2-sha256$999$\(salt)$\(tag)", "$pbkdf2-sha256$1000000000$\(salt)$\(tag)",
        "$pbkdf2-sha512$99999999999999999999$\(salt)$\(tag)", "$pbkdf2-sha256$01000$\(salt)$\(tag)",
        "$pbkdf2-sha256$i=1000,l=31$\(salt)$\(tag)", "$pbkdf2-sha256$l=32,i=1000$\(salt)$\(tag)",
        "$pbkdf2-sha256$i=1000,l=32,x=1$\(salt)$\(tag)", "$pbkdf2$1000$\(salt)$\(tag)",
        "$pbkdf2-sha1$1000$\(salt)$\(tag)", "$pbkdf2-md5$1000$\(salt)$\(tag)",
        "$pbkdf2-sha256$1000$$\(tag)", "$pbkdf2-sha256$1000$\(salt)$",
        "$pbkdf2-sha256$1000$\(salt)",
        "$pbkdf2-sha256$1000$AAEC$\(tag)", "$pbkdf2-sha256$1000$\(salt)$\(tag)$",
        "$pbkdf2-sha256$1000$\(salt)$AAECAwQF", "$pbkdf2-sha256$1000$\(salt)$\(tag)==",
        "pbkdf2_sha256$i=1000$saltsalt$\(tag)=", "pbkdf2_sha256$1000$short$\(tag)=",
        "pbkdf2_sha1$1000$saltsalt$\(tag)=", "pbkdf2_sha256$1000$saltsalt$\(tag)=$",
        "{PBKDF2}1000$\(salt)$\(tag)", "{PBKDF2-SHA256}i=1000$\(salt)$\(tag)",
        "{pbkdf2-sha256}1000$\(salt)$\(tag)", "{PBKDF2-SHA256}$1000$\(salt)$\(tag)",
    ]
}
