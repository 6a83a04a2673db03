/// Hashes that the programs of Debian 12 and packages of PyPI made in 2026, each with its version.
extension HashVector {
    /// Those that are taken.
    static let programs: [HashVector] = [
        HashVector(
            "mkpasswd 5.5.17 -m yescrypt -R 1",
            ascii,
            #"$y$j75$jpYpTgSz5KUzntFld1tHH0$T0qtxIioeV918XID5lC3Kl9I26i62vcl1pFZdHZKEzA"#
        ),
        HashVector(
            "mkpasswd 5.5.17 -m yescrypt",
            ascii,
            #"$y$j9T$xfIp4fV9rzNluB5irzPQU.$I3H0jKtSen6AM4HXny19R2TUQkysEZw7t/IxoLfG1U5"#
        ),
        HashVector(
            "mkpasswd 5.5.17 -m scrypt",
            ascii,
            #"$7$BU..../....gjnqvTcg2EKz3YfjdQnLF.$NSVUirb8NCJZ91yqacaZ8Iy/pZlBg3eJjXpPG3avdW8"#
        ),
        HashVector(
            "mkpasswd 5.5.17 -m sha256crypt -R 1000",
            ascii,
            #"$5$rounds=1000$Z2MNj7p9cuzXaBvN$IhLtuxULqM36cBIaJbAdOn6WZW4VaYLN7P98csNyST7"#
        ),
        HashVector(
            "passlib 1.7.4 sha256_crypt rounds=1000",
            ascii,
            #"$5$rounds=1000$yHKzKGGbwm9P5BwG$0ihd5x1ZOkfQJMxBtAm3yhK2vMOwZpdlNRHTe95Fzh8"#
        ),
        HashVector(
            "passlib 1.7.4 ldap_sha256_crypt rounds=1500",
            ascii,
            #"{CRYPT}$5$rounds=1500$KSTcXMiHs79vsvd2$01aRAw7XPZfIcyvspwhKxqf2ISbFPAN4wPhktes5119"#
        ),
        HashVector(
            "libpass 1.9.4 scrypt ident=$7$",
            ascii,
            #"$7$66..../....tXZu7R1jjDGG8P6/d+59bw$i0NRF593DaQR5sU0iv9girWzNXtZsta3J8ouFdUAg3D"#
        ),
        HashVector(
            "libpass 1.9.4 scrypt ident=$7$",
            ascii,
            #"$7$66..../....G0OodU6J8Z7TGuM8Z2wt5Q$GoqtmAOkS.NUdU3QoMKEePKJNhBQSPJjlz27CZ9KyfD"#
        ),
        HashVector(
            "PHP 8.2.36 password_hash PASSWORD_BCRYPT",
            ascii,
            #"$2y$05$C9wrct3hoLw/cvZ7ZopaYuZsFiWlcBn.kNxbTsVaxwToh93hZPVri"#
        ),
        HashVector(
            "PHP 8.2.36 crypt $5$",
            ascii,
            #"$5$rounds=1000$phpsalt12$onDJeRe1vEGDIo1Upt7Mq2L/v8/Rb3M8Q4bUciAslFC"#
        ),
        HashVector(
            "PHP 8.2.36 password_hash PASSWORD_ARGON2ID",
            ascii,
            #"$argon2id$v=19$m=1024,t=1,p=1$ZW8uL2JLb0tvYW04SWxGbQ$nrERjwH44I1tKRJKNy+GXy3SINkjg27Gd+W62WuYeO8"#
        ),
        HashVector(
            "htpasswd 2.4.71 -B",
            ascii,
            #"$2y$05$ozNxzje9yyoaDULiPyatl.fjryIyBfgs5Wbwg7XgPUSbpoGWOXjhS"#
        ),
        HashVector(
            "htpasswd 2.4.71 -2",
            ascii,
            #"$5$/xmvihaOE9rHIZq1$zZ2hkum091bOHcvao74ArDfxPsmvlLVPAh3Q.UmmHm/"#
        ),
        HashVector(
            "slappasswd 2.5.13 pw-pbkdf2",
            ascii,
            #"{PBKDF2-SHA256}10000$hCnqwKFmhaSj6DSCVlmxHw$6aUxaNDq/XtoAJ0bls4juAbs4lr4tH/hV.nC0KloO6s"#
        ),
        HashVector(
            "slappasswd 2.5.13 pw-pbkdf2",
            ascii,
            #"{PBKDF2-SHA512}10000$2W8pzh76bLb29qUCNp7T5g$DJsdQBPzy8t1xkGt70yB7TAkUijmnx7OlL8saUXeP/OFbSYevbNdnSh19k2zuYqeC0.GSaClrhwEm22x2NMDHw"#
        ),
        HashVector(
            "slappasswd 2.5.13 argon2 m=1024 t=1 p=1",
            ascii,
            #"{ARGON2}$argon2i$v=19$m=1024,t=1,p=1$4cfd8LW6kv4ItMw8EY8/vQ$ywTEj3DokUe4BSQ4+jT+DnXZsTZLqc2PwFp3ArRhPkc"#
        ),
        HashVector(
            "slappasswd 2.5.13 argon2",
            ascii,
            #"{ARGON2}$argon2i$v=19$m=4096,t=3,p=1$cL9OoaWZ6lx2pMcAJoCPYw$XyiYyQW5AKG8HjdLEun9KzVfd6yCpdhbpidWhJiBwVE"#
        ),
        HashVector(
            "slappasswd 2.5.13 {CRYPT}",
            ascii,
            #"{CRYPT}$y$j75$fzdu9lH/$zjJOJDNxlqcYeIaC1ON6O.vl5pQ4EtoGmgDwTkpK6/3"#
        ),
        HashVector(
            "pwdhash of 389-ds 2.3.1",
            ascii,
            #"{PBKDF2_SHA256}AAAgAFWcBGmzWWQw2cjET2GyDSyCPRpUjSGxmxShrJtJgn1cOBMpLZdYc6SgpINzdfWgrxiRFODLhYavchzCV9yZ6dWKMy/sEwXImHkMqWa9/7+KQvHRlwoSCT9btEMed931rFeNsqesL06YnpAOz3aj7/soH/g8VCn0W5qBi6BFIBg1YnPrf2nmN0oMmvOr+1EluWSVZ11P9bOX2Pwuldy5zVK04lRKUQo2BzWq0ec0TyKZzSUSQyDgjBtm8r9O2TjkpT6s47YEgSI1tD6uZq4C6eJ4ZkbSKdbYksdoyqINRp90bskRSPRQU3WJ1xAiAsQSQy/1DKwIMViQpqLBHbtO7DSozl7W78y1y38v4ojZcZAJ/OJXS5G0S0gr3s4W9fYKHMF4db179pXqfAqr57A/M2E4DtPPj1QIy6TaZy06Ku1g"#
        ),
        HashVector(
            "pwdhash of 389-ds 2.3.1",
            ascii,
            #"{PBKDF2-SHA256}10000$Oa+9SIezbsI3w+yxsB+2W2Ax2qpGw3Kt$TO8XpZ71vrxc4+wY5frvxyH7j8cpSHkazNmllOjVb5U="#
        ),
        HashVector(
            "pwdhash of 389-ds 2.3.1",
            ascii,
            #"{PBKDF2-SHA512}10000$a0nAQDh/73dWCfUIV6jm5L8VSXHwFdhv$45sUICxZMxo91jL7C5Zm+8XpgyF/OO4ChN7OeWrunVFT/BTtJntHyYCnZUaZXrnZJqgKAu5fqVW0OZ3G85Lrpw=="#
        ),
        HashVector(
            "pwdhash of 389-ds 2.3.1",
            ascii,
            #"{crypt}$6$DP$A6kd7xUYRXJ9RpMqPPGUHBMnXwTZKDJrr9EzRc/hHPYXeWWL77crUUVFd2nvUcU9ZioFoWeVZzyx2cm/v6teF/"#
        ),
        HashVector(
            "Django 5.2.19 argon2",
            ascii,
            #"argon2$argon2id$v=19$m=1024,t=1,p=2$eVVhUHRGbVZrR2ptZW13OEV6NHF2eg$9BvAptUoXwpXGBG6kTIp0n6SUKHGFpn8f9vU/ecXKNk"#
        ),
        HashVector(
            "Django 5.2.19 bcrypt_sha256",
            ascii,
            #"bcrypt_sha256$$2b$05$PJ2.L.9eKbzwInM203l96eVM2aoxU.YEVSkBJtK0z2R4nhlGmQwyW"#
        ),
        HashVector(
            "passlib 1.7.4 django_bcrypt_sha256",
            ascii,
            #"bcrypt_sha256$$2b$05$WkuhJ8RYo36jrAU77e72OeQgsR80jE5bhyQ4.L9m9CSxfbfKbTUfK"#
        ),
        HashVector(
            "Django 5.2.19 bcrypt",
            ascii,
            #"bcrypt$$2b$05$M8mLO6if2BtkIu5FqLey5uSUgN1bp0vGh3cBFOufvjFZiNjToDMt6"#
        ),
        HashVector(
            "htpasswd 2.4.71 -B after a scheme's name",
            ascii,
            #"{BCRYPT}$2y$05$ozNxzje9yyoaDULiPyatl.fjryIyBfgs5Wbwg7XgPUSbpoGWOXjhS"#
        ),
    ]

    /// Those that are taken only where the settings name them.
    static let weak: [HashVector] = [
        HashVector(
            "slappasswd 2.5.13 pw-sha2",
            ascii,
            #"{SSHA512}HIbxTkZodx2U5nNMpCSDAbaqFKdeq7Mi+aB473MVHhg6pviGcc3GOGRoIP0/iBAFmeseoXo5QFb1w16936XEM5vu5JBpIjc6"#
        ),
        HashVector(
            "slappasswd 2.5.13 pw-sha2",
            ascii,
            #"{SSHA256}+2Hn9EqHodHWOdNkC5pjErmMy7KXTaZf4C3hmtwKjuv9QWZQLP5tlw=="#
        ),
        HashVector(
            "pwdhash of 389-ds 2.3.1",
            ascii,
            #"{SSHA512}WqKp/7mVmodvpItq9u8peJ4bItEX9ecP9WsSQD3UdVOTLz2EfxdgAX7pngSzGZFg4BwANF5loE5Iuv7NSdsku+evpBFbsYNV"#
        ),
        HashVector(
            "passlib 1.7.4 ldap_salted_sha256",
            ascii,
            #"{ssha256}sIzbpx5OEqVUO/P7st8iyLKp5HqMxYS/ObKsXt43d1ZJ6Z0zBgBASA=="#
        ),
    ]

    /// Hashes of 80 letters x, of which bcrypt knows 72, by programs that cut without a word.
    static let beyond72: [HashVector] = [
        HashVector(
            "bcrypt 4.0.1",
            beyond,
            "$2b$04$lW0R.ODywa5Ihv3lnByk5OUiMSe.L4s5jQNIqz9Pdo2kVYecqH5Bm"
        ),
        HashVector(
            "PHP 8.2.36",
            beyond,
            "$2y$04$8VY6Qv5RJYqRo2z7bjQT9u8uStCLjgC0JZH0flNmvxuRsi3MgNGeK"
        ),
        HashVector(
            "htpasswd 2.4.71",
            beyond,
            "$2y$04$GOdWDTwHlkUZj8BkKCwY2ezhRNV/pxbyPNr6SLuytgIcMLfUhVpP2"
        ),
    ]

    private static let beyond = String(repeating: "x", count: 80)
}
