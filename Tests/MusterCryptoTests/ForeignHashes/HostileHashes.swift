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
        "$5$salt$\(crypt43)", "$5$rounds=2000000$0123456789abcdef$\(crypt43)",
        // 256 MiB: N of 2^16 with r of 32, and 2^18 with r of 8.
        "$y$jDT$abcdefghijklmnop$\(crypt43)", "$y$jF5$abcdefghijklmnop$\(crypt43)",
        "$7$E6....E....salt$\(crypt43)", "$7$E6..../....not+a,digit$\(crypt43)",
        "{crypt}$2b$04$\(crypt53)", "{Crypt}$y$j9T$abcdefgh$\(crypt43)",
        "{cRYPT}$7$96..../....salt$\(crypt43)", "{bcrypt}$2b$04$\(crypt53)",
        "{pbkdf2-sha256}1000$\(salt)$\(tag)",
        "{Argon2}$argon2id$v=19$m=1024,t=3,p=1$\(salt)$\(tag)",
        "{ARGON2}$argon2i$v=19$m=1024,t=3,p=1$\(salt)$\(tag)",
        "argon2$argon2id$v=19$m=1024,t=3,p=1$\(salt)$\(tag)", "bcrypt$$2b$04$\(crypt53)",
        "bcrypt_sha256$$2b$04$\(crypt53)",
        "{PBKDF2_SHA256}AAAgA" + String(repeating: "A", count: 427),
    ]

    /// Costs that nobody's machine has the time for, and that are read nevertheless.
    static let endless = [
        "$argon2id$v=19$m=262144,t=999999999,p=1$\(salt)$\(tag)",
        "$2b$20$\(crypt53)", "$2b$31$\(crypt53)",
        "$6$rounds=99999999$salt$\(crypt86)", "$6$rounds=999999999$salt$\(crypt86)",
        "{CRYPT}$6$rounds=999999999$salt$\(crypt86)",
        "$pbkdf2-sha256$999999999$\(salt)$\(tag)", "$pbkdf2-sha512$99999999$\(salt)$\(tag)",
        "{PBKDF2-SHA512}999999999$\(salt)$\(tag)", "pbkdf2_sha256$999999999$saltsalt$\(tag)=",
        "$5$rounds=999999999$salt$\(crypt43)", "bcrypt_sha256$$2b$31$\(crypt53)",
        "{PBKDF2_SHA256}OpqgA" + String(repeating: "A", count: 427),
    ]

    static let all = [
        argon2, bcrypt, sha512, pbkdf2, fromDirectories, yescrypt, scrypt, sha256, others,
    ].flatMap { $0 }

    private static let others = [
        // Empty, plain, unsalted and forms that are not taken.
        "", " ", "$", "$$$$$", "password", "5f4dcc3b5aa765d61d8327deb882cf99",
        "$1$salt$qJH7.N4xYta3aEG/dfqo/0", "$apr1$salt$\(crypt53)", "$sha1$1000$salt$\(crypt53)",
        "*", "!",
        "x",
        "*0", "*1", "{SSHA}\(tag)", "{CRYPT}", "{CRYPT}{CRYPT}$2b$04$\(crypt53)",
        "{CRYPT}$pbkdf2-sha256$1000$\(salt)$\(tag)",
        "{CRYPT}$argon2id$v=19$m=1024,t=1,p=1$\(salt)$\(tag)",
        "$scrypt$ln=14,r=8,p=1$\(salt)$\(tag)", "scram-sha-256$4096$\(salt)$\(tag)",
        "instant$1$1$41", "md5$salt$5f4dcc3b5aa765d61d8327deb882cf99",
    ]

    private static let crypt43 = String(repeating: "c", count: 43)

    /// Names of schemes, and what may stand after them.
    private static let fromDirectories = [
        "{", "{}", "}", "{CRYPT", "{CRYPT}x", "{ CRYPT}$2b$04$\(crypt53)",
        "{CRYPT }$2b$04$\(crypt53)",
        "{CRYPT}{crypt}$2b$04$\(crypt53)", "{BCRYPT}", "{BCRYPT}$6$salt$\(crypt86)",
        "{BCRYPT}\(crypt53)", "{BCRYPT}{CRYPT}$2b$04$\(crypt53)", "{CR\u{131}PT}$2b$04$\(crypt53)",
        "{SSHA256}", "{SSHA512}", "{SSHA256}\(tag)", "{SSHA512}\(tag)", "{SSHA384}\(crypt86)",
        "{SSHA256}!\(crypt86)", "{SSHA512}\(crypt86)=", "{SHA512}\(crypt86)==",
        "{SSHA512}$\(crypt86)",
        "{PBKDF2_SHA256}", "{PBKDF2_SHA256}\(tag)", "{PBKDF2_SHA256}10000$\(salt)$\(tag)",
        "{PBKDF2_SHA256}" + String(repeating: "A", count: 432),
        "{PBKDF2_SHA256}/////" + String(repeating: "A", count: 427),
        "{PBKDF2_SHA256}" + String(repeating: "A", count: 428),
        "{PBKDF2_SHA256}AAAg" + String(repeating: "A", count: 432),
        "{PBKDF2_SHA256}AAAg" + String(repeating: "!", count: 428),
        "{PBKDF2-SHA1}10000$\(salt)$\(tag)", "{PBKDF2-SHA384}10000$\(salt)$\(tag)",
        "bcrypt$2b$04$\(crypt53)", "bcrypt$$", "bcrypt$$6$salt$\(crypt86)", "bcrypt_sha256$$",
        "bcrypt_sha256$2b$04$\(crypt53)", "bcrypt_sha256$$6$salt$\(crypt86)",
        "bcrypt_sha256$$2b$32$\(crypt53)", "bcrypt_sha512$$2b$04$\(crypt53)",
        "{CRYPT}bcrypt$$2b$04$\(crypt53)", "{bcrypt}bcrypt_sha256$$2b$04$\(crypt53)",
    ]

    private static let yescrypt = [
        "$y$", "$y$$", "$y$$$", "$y$j", "$y$j9T", "$y$j9T$", "$y$j9T$$", "$y$j9T$$\(crypt43)",
        "$y$j9T$salt$", "$y$j9T$salt$\(crypt86)", "$y$j9T$salt$\(crypt43.dropLast())",
        "$y$j9T$salt$\(crypt43)c", "$y$j9T$salt$\(crypt43)$", "$y$j9T$sa!t$\(crypt43)",
        // Bits of the salt that belong to nothing, which libcrypt refuses.
        "$y$j9T$abz$\(crypt43)", "$y$j9T$a$\(crypt43)", "$y$j9T$abcda$\(crypt43)",
        "$y$j9T$\(crypt86)ab$\(crypt43)",
        // Other flavours, more than N and r, too little, and too much memory.
        "$y$.9T$salt$\(crypt43)", "$y$k9T$salt$\(crypt43)", "$y$/9T$salt$\(crypt43)",
        "$y$j$salt$\(crypt43)", "$y$j9$salt$\(crypt43)", "$y$j9T.$salt$\(crypt43)",
        "$y$j9T1$salt$\(crypt43)", "$y$j..$salt$\(crypt43)", "$y$jET$salt$\(crypt43)",
        "$y$jzzzzzzzz$salt$\(crypt43)", "$y$jz$salt$\(crypt43)", "$y$j9zzzzzzz$salt$\(crypt43)",
        "$y$j!T$salt$\(crypt43)", "$y$j9!$salt$\(crypt43)", "$gy$j9T$salt$\(crypt43)",
    ]

    private static let scrypt = [
        "$7$", "$7$$", "$7$9", "$7$96..../....", "$7$96..../....salt", "$7$96..../....salt$",
        "$7$96..../....$\(crypt43)", "$7$96..../...$\(crypt43)", "$7$96..../....salt$\(crypt86)",
        "$7$96..../....salt$\(crypt43.dropLast())", "$7$96..../....salt$\(crypt43)c",
        "$7$96..../....salt$\(crypt43)$", "$7$96..../....sa$t$\(crypt43)",
        "$7$96..../....salt$\(crypt43.dropLast())!",
        // N of 1 and of far too much, r and p of none and too many, and what is no digit.
        "$7$.6..../....salt$\(crypt43)", "$7$z6..../....salt$\(crypt43)",
        "$7$H6..../....salt$\(crypt43)", "$7$9...../....salt$\(crypt43)",
        "$7$9zzzzz/....salt$\(crypt43)", "$7$96.........salt$\(crypt43)",
        "$7$96....zzzzzsalt$\(crypt43)", "$7$96....F....salt$\(crypt43)",
        "$7$!6..../....salt$\(crypt43)", "$7$9!..../....salt$\(crypt43)",
        "$7$96....!....salt$\(crypt43)",
    ]

    private static let sha256 = [
        "$5$", "$5$salt", "$5$salt$", "$5$salt$\(crypt86)", "$5$salt$\(crypt43)c",
        "$5$salt$\(crypt43.dropLast())", "$5$salt$\(crypt43.dropLast())=", "$5$$\(crypt43)",
        "$5$rounds=999$salt$\(crypt43)", "$5$rounds=1000000000$salt$\(crypt43)",
        "$5$rounds=05000$salt$\(crypt43)", "$5$rounds=$salt$\(crypt43)",
        "$5$rounds=5000$\(crypt43)", "$5$0123456789abcdefg$\(crypt43)", "$6$salt$\(crypt43)",
        "$5$sa:t$\(crypt43)", "$5$salt$\(crypt43)$",
    ]

    private static let argon2 = [
        // Other kinds and versions.
        "$argon2i$v=16$m=1024,t=3,p=1$\(salt)$\(tag)",
        "$argon2ix$v=19$m=1024,t=3,p=1$\(salt)$\(tag)",
        "$argon2i", "{ARGON2}", "{ARGON2}argon2$argon2id$v=19$m=1024,t=3,p=1$\(salt)$\(tag)",
        "{ARGON2}$argon2d$v=19$m=1024,t=3,p=1$\(salt)$\(tag)",
        "argon2$$argon2id$v=19$m=1024,t=3,p=1$\(salt)$\(tag)",
        "argon2$argon2i$v=19$m=1024,t=3,p=1$\(salt)$\(tag)",
        "$argon2d$v=19$m=1024,t=3,p=1$\(salt)$\(tag)",
        "$argon2id$v=16$m=1024,t=3,p=1$\(salt)$\(tag)", "$argon2id$m=1024,t=3,p=1$\(salt)$\(tag)",
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
        "{PBKDF2-SHA256}$1000$\(salt)$\(tag)",
    ]
}
