/// Hashes that other programs made, each with the password and the call that made it.
///
/// Made once with Python 3.11 on Debian 12 (libxcrypt 4.4.33), bcrypt 4.0.1, passlib 1.7.4 and
/// argon2-cffi 25.1.0.
struct HashVector: Sendable {
    let madeBy: String
    let password: String
    let hash: String

    init(_ madeBy: String, _ password: String, _ hash: String) {
        self.madeBy = madeBy
        self.password = password
        self.hash = hash
    }

    static let ascii = "Correct-Horse-7"
    static let unicode = "Grüße-日本語-7"

    static let all: [HashVector] =
        programs + [
            HashVector(
                "bcrypt.hashpw(gensalt(4))",
                ascii,
                #"$2b$04$/f3owQ9yGxVdwk4dn/ezZOdbnjY6A/CsiD9X.WS.bWDLmmsBIiZEe"#
            ),
            HashVector(
                "bcrypt.hashpw(gensalt(10, prefix=b'2a'))",
                ascii,
                #"$2a$10$KR8vb3qZAyhmafOd5X42nuWW4uyZB/EqHrv0fEzqMySI4ZV6.fwcC"#
            ),
            HashVector(
                "bcrypt.hashpw(gensalt(5))",
                unicode,
                #"$2b$05$J3AIhsWEMeF/q/y5G.eWLO7.Y6/wyHHW3BWr8AkU6JulMUi8CAZvO"#
            ),
            HashVector(
                "passlib bcrypt.using(rounds=5, ident='2y')",
                ascii,
                #"$2y$05$vVSqnxPNKcRgP2OHd8Z2JuS/HJLVMOHxSKgvfLzHh7gXgkSAXQcIi"#
            ),
            HashVector(
                "crypt.crypt $2b$06",
                ascii,
                #"$2b$06$abcdefghijklmnopqrstuuS9fTGq9ItDNL4T9u.VtnPXdziXzj.Y."#
            ),
            HashVector(
                "crypt.crypt METHOD_SHA512",
                ascii,
                #"$6$FxPJSmfVTFQtfyCc$DK8a4vWxHn.imxxx5k9GOBPQthI9yjnydYtpqlIZMls/o0BjPGLIjJ0t46WtjcnIYdsh/Z5VEFzTZKhITPsWr0"#
            ),
            HashVector(
                "crypt.crypt METHOD_SHA512 rounds=1000",
                ascii,
                #"$6$rounds=1000$bc9IFWwkvX.cn9CC$F0SnarF58QG9SOyRT32llfTw63uqeoBTQEC2HRLY6g3uYE1JX5n5gcjYv4aFChyHIP3Ltnj1V0ORmb2hjURMV/"#
            ),
            HashVector(
                "crypt.crypt METHOD_SHA512 rounds=20000",
                unicode,
                #"$6$rounds=20000$JhzhyavIBpwpY7Lo$xXOvbGpL6sbVYyEa6c9.Zi9yriR4w7r/bf3Vh9PIYLELBQCDkZB2Yl.8xDjdGln7nV39Cdhwns3fdX8bQyHIv."#
            ),
            HashVector(
                "passlib sha512_crypt rounds=5000",
                ascii,
                #"$6$nPOjFpqp89gseZnY$OwD60TEC/LE1RlwXGVhZNTR3xCSAyBJukrEVpO85q5d9RKuDvcrEdFT8qs8N8x9zo5tUrB8A8BLr6p4ZQpkf/0"#
            ),
            HashVector(
                "passlib ldap_sha512_crypt rounds=1500",
                ascii,
                #"{CRYPT}$6$rounds=1500$W2kPl8KV5q4NIAmJ$NABAZRLeTUPkXGeKMY0mSFH9Sr.t2rWGaztc.ko6YT7.CiaHrpvu7xrpIs.08kiGAsbF.YzMRDEghSIp4LaQ3."#
            ),
            HashVector(
                "passlib pbkdf2_sha256 rounds=1000",
                ascii,
                #"$pbkdf2-sha256$1000$ey/FuDem9F4rZUypNSaEEA$wocmZSoCIlE9FGnOLWctGAIVOGUB8UC2j45NE3A5tvo"#
            ),
            HashVector(
                "passlib pbkdf2_sha256",
                unicode,
                #"$pbkdf2-sha256$29000$7L33/n8vZWyt1dpbC0EIQQ$MNEIqkU6xYUDDB4QebT4mxC6RdT5SHfYaADAIs6OhIs"#
            ),
            HashVector(
                "passlib pbkdf2_sha512 rounds=25000",
                ascii,
                #"$pbkdf2-sha512$25000$BEBIKeUcQ.g9x1jL2RsjJA$dcWWmW2g.7j8OKg4vq8zvRfR./uOrIJ6rzNzVYSmZD0xpdgFLu/vW99L21lfD3K7dHhfPU.D.p5.RaE7hT5UmA"#
            ),
            HashVector(
                "passlib django_pbkdf2_sha256 rounds=20000",
                ascii,
                #"pbkdf2_sha256$20000$JZiRYpYqbWrN$k/NzqO70l1O+/jHC7zBbh6eQFQrDNTbceRinRTyK96Y="#
            ),
            HashVector(
                "passlib ldap_pbkdf2_sha256 rounds=5000",
                ascii,
                #"{PBKDF2-SHA256}5000$ylmr1dobY6xVaq31ntMagw$fj4wuiTxULnMdXdXaDlYQVOj0Rip/qvYTnLVE6cyFDA"#
            ),
            HashVector(
                "passlib ldap_pbkdf2_sha512 rounds=5000",
                ascii,
                #"{PBKDF2-SHA512}5000$gdBaK8XYO6fUGoOQkhJiLA$YTJQzDZwxpwsJ0mxHTySevYdIaOL83uRLd7xu5Z5yv47.O4.Dsfyg5.vj8BfTXmNcrsNwDDoVMaIXBHyMu0OnQ"#
            ),
            HashVector(
                "hashlib.pbkdf2_hmac, PHC text with length",
                ascii,
                #"$pbkdf2-sha256$i=4096,l=32$AAECAwQFBgcICQoLDA0ODw$ymopHJc12HM38Jk8KXhARZ5j2pQss2XZR640643a5qY"#
            ),
            HashVector(
                "hashlib.pbkdf2_hmac, PHC text",
                ascii,
                #"$pbkdf2-sha512$i=4096$AAECAwQFBgcICQoLDA0ODw$dar1lb5wIqSOk1iOVXprFJQXC3KgqLCVZIGKrmo8AZG+AE1tZlNK9bVGLtinleDGm42iahjYpA7DEdABniwK2w"#
            ),
            HashVector(
                "argon2-cffi t=2 m=8192 p=1",
                ascii,
                #"$argon2id$v=19$m=8192,t=2,p=1$x7YHgv7hg+jBqCFIC/tuqQ$i9eqEjxJPFn7LmYfMH5l2O32ALvE4EPgQS3yyKlCmVo"#
            ),
            HashVector(
                "argon2-cffi t=1 m=1024 p=1",
                ascii,
                #"$argon2id$v=19$m=1024,t=1,p=1$roe5VTQathIHf10oLJMmfw$tZ/StbARHq11lYPzpy+vJ0wqyLcTTCUX6tvIPQdP49g"#
            ),
            HashVector(
                "argon2-cffi t=3 m=4096 p=4",
                ascii,
                #"$argon2id$v=19$m=4096,t=3,p=4$TzpywkSbtzcHB4xx/ILQNA$T8XQOkX/etggJLgJF0EmlrSXxGMadAzHHqqm6LCBF30"#
            ),
            HashVector(
                "argon2-cffi t=1 m=256 p=16, 8 and 16 bytes",
                ascii,
                #"$argon2id$v=19$m=256,t=1,p=16$tOyqDt1ePhM$ilZXlcyrWivyiIBtjOYwDg"#
            ),
            HashVector(
                "argon2-cffi t=2 m=1024 p=1, 32 and 64 bytes",
                ascii,
                #"$argon2id$v=19$m=1024,t=2,p=1$ePGR7rbvcnDDepvF3Enh9Ai4L8yoLqVlK9hzKLxZwt0$YwcVOReTaB3Rxek+doHriT4URwg0is7WddDhcy7w1F5c8E85xNoMnmRrf9fNe1qbQMh1XeoXTl/ZFVJMWUnAQw"#
            ),
            HashVector(
                "argon2-cffi t=1 m=1024 p=1",
                unicode,
                #"$argon2id$v=19$m=1024,t=1,p=1$OYvKgHjvS/feu/mTL9ftCg$nFYvrw678DPxethffukmFh/saHgwpqJ6j1k1/OH6414"#
            ),
        ]
}
