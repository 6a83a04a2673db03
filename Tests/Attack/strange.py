"""Makes requests that nobody should send: bodies, forms, queries, heads and import lines.

All texts are harmless to other programs: long ones repeat letters, and none is dear to bring into order.
"""

import json
import urllib.parse

from routes import NAMES_OF_QUERIES, ROUTES
from server import PASSWORD

LENGTHS = (1, 45, 254, 255, 1024, 1025, 4097, 16_385, 65_537)
HASHES = (
    "$argon2id$v=19$m=4194304,t=1000,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA", "$2b$31$" + "a" * 53, "$2b$04$",
    "$6$rounds=999999999$salt$" + "a" * 86, "pbkdf2_sha256$2000000000$salt$" + "a" * 44, "{PBKDF2-SHA256}1$a$a",
)
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "BREW")
HEADERS = (
    "Accept", "Authorization", "Content-Encoding", "Content-Type", "Cookie", "Expect", "Forwarded", "If-Match",
    "If-None-Match", "Origin", "Range", "Upgrade", "User-Agent", "X-ApiKeys", "X-Cookie", "X-Forwarded-For",
    "X-Impersonate", "X-Anything",
)


class Fuzz:
    """Makes requests. `callers` send them, `targets` are whom they are about; both are (keys, token)."""

    def __init__(self):
        self.callers, self.targets = [], []
        self.names, self.ids, self.groups = [], [], []

    def __call__(self, random, _):
        method, path, body = random.choice(ROUTES)
        if random.random() < 0.03:
            method = random.choice(METHODS)
        target = self.filled(path, random)
        if random.random() < 0.3:
            target += "?" + self.query(random)
        # What changes oneself is not done by those who are to go on.
        fields = self.credentials(self.targets if path.startswith("/session") else self.callers, random)
        while random.random() < 0.3:
            fields.append((random.choice(HEADERS), self.line(random)))
        content = b""
        if body is not None or random.random() < 0.1:
            content = self.body(path, body or {}, random)
        return self.framed(f"{method} {target} HTTP/1.1", fields, content, random)

    # Parts

    def filled(self, text, random):
        if "{" not in text:
            return text
        strange = random.random() < 0.15
        values = {
            "id": random.choice(self.ids), "group": random.choice(self.groups), "name": random.choice(self.names),
            "new": f"n{random.getrandbits(48):x}@example.com", "session": f"{random.getrandbits(64):016x}",
        }
        for name, value in values.items():
            if "{" + name + "}" in text:
                given = urllib.parse.quote(self.text(random), safe="")[:3000] if strange else str(value)
                text = text.replace("{" + name + "}", given)
        return text

    def text(self, random):
        kind = random.randrange(12)
        length = random.choice(LENGTHS)
        if kind == 0:
            return ""
        if kind == 1:
            return random.choice("aZ0 /.@-_%&=\"'\\<>;:") * length
        if kind == 2:
            return random.choice("éßжλ中") * length
        if kind == 3:
            return "a\0b"
        if kind == 4:
            return random.choice(("-1", "0", "1e400", "9223372036854775808", "NaN", "0x10", "1_0", " 7", "٣"))
        if kind == 5:
            return random.choice(("::1", "10.0.0.0/8", "10.0.0.1/33", "fe80::1%eth0", "1.2.3", "::ffff:10.0.0.1/104"))
        if kind == 6:
            return random.choice(HASHES)
        if kind == 7:
            return "".join(chr(random.randrange(1, 0x250)) for _ in range(random.randrange(40)))
        if kind == 8:
            return random.choice(self.names)
        if kind == 9:
            return PASSWORD
        if kind == 10:
            return "\r\nX-Injected: 1\r\n"
        return "".join(chr(random.randrange(32, 127)) for _ in range(random.randrange(60)))

    def value(self, random, depth=0):
        kind = random.randrange(9)
        if kind == 0:
            return None
        if kind == 1:
            return random.choice((True, False))
        if kind == 2:
            return random.choice((0, -1, 1, 7, 64, 2**31, 2**63 - 1, 2**63, -(2**63) - 1, 10**40, 1.0, 1.5, 1e300))
        if kind == 3 and depth < 3:
            return [self.value(random, depth + 1) for _ in range(random.choice((0, 1, 3, 100)))]
        if kind == 4 and depth < 3:
            return {self.text(random)[:2000]: self.value(random, depth + 1) for _ in range(random.randrange(4))}
        return self.text(random)

    def query(self, random):
        pairs = []
        for _ in range(random.choice((1, 1, 2, 5, 30))):
            name = random.choice(NAMES_OF_QUERIES) if random.random() < 0.9 else self.text(random)[:300]
            pairs.append(urllib.parse.quote(name) + "=" + urllib.parse.quote(self.text(random)[:2000], safe=":@,"))
        text = "&".join(pairs)
        return text[: random.randrange(len(text) + 1)] + "%" if random.random() < 0.1 else text

    def line(self, random):
        text = self.text(random)[: random.choice((20, 300, 9000))]
        return text if random.random() < 0.1 else text.replace("\r", "").replace("\n", "").replace("\0", "")

    def credentials(self, people, random):
        kind = random.randrange(10)
        if kind == 0:
            return []
        if kind == 1:
            return [("X-ApiKeys", self.line(random))]
        if kind == 2:
            return [(random.choice(("Authorization", "X-Cookie", "Cookie")), self.line(random))]
        if kind == 3:
            token = random.choice(people)[1]
            return [random.choice((("Authorization", f"Bearer {token}"), ("X-Cookie", f"token={token}")))]
        access, secret = random.choice(people)[0]
        fields = [("X-ApiKeys", f"accessKey={access};secretKey={secret}")]
        if kind == 4:
            name = random.choice(self.names) if random.random() < 0.5 else self.line(random)
            fields.append(("X-Impersonate", f"username={name}"))
        return fields

    # Bodies

    def body(self, path, sample, random):
        made = {name: self.filled(value, random) if isinstance(value, str) else value for name, value in sample.items()}
        for name in list(made):
            if random.random() < 0.25:
                made[name] = self.value(random)
            elif random.random() < 0.05:
                del made[name]
        if random.random() < 0.1:
            made[self.text(random)[:2000]] = self.value(random)
        if path.endswith("import"):
            if random.random() < 0.3:
                made["password_hash"] = random.choice(HASHES)
            lines = [json.dumps(made | {"username": self.filled("{new}", random)}) for _ in range(random.randrange(20))]
            return self.spoilt(random.choice(("\n", "\r\n", "\n\n\n", "\r")).join(lines).encode(), random)
        if random.random() < 0.1:
            return self.spoilt(urllib.parse.urlencode({name: str(made[name]) for name in made}).encode(), random)
        return self.spoilt(json.dumps(made, ensure_ascii=random.random() < 0.5).encode("utf-8", "replace"), random)

    def spoilt(self, data, random):
        kind = random.randrange(16)
        if kind == 0:
            return data[: random.randrange(len(data) + 1)]
        if kind == 1 and data:
            flipped = bytearray(data)
            for _ in range(random.randrange(1, 6)):
                flipped[random.randrange(len(flipped))] = random.randrange(256)
            return bytes(flipped)
        if kind == 2:
            return random.randbytes(random.randrange(3000))
        if kind == 3:
            return b"[" * random.choice((31, 33, 20_000)) + data
        if kind == 4:
            return data[:-1] + b"," + data[1:]
        if kind == 5:
            return b"\xef\xbb\xbf" + data
        if kind == 6:
            return data + b" " * random.choice((1, 20_000, 1_048_576))
        if kind == 7:
            return data.replace(b"a", b"\\ud800")
        if kind == 8:
            return b'{"' + b"k" * random.choice((1024, 1025, 15_000)) + b'":1}'
        return data

    # The frame

    def framed(self, line, fields, content, random):
        """The request as bytes; with a time after which it is given up where it need not be whole."""
        kind = random.randrange(30)
        fields = [("Host", "127.0.0.1"), *fields]
        expects = any(name in ("Expect", "Upgrade", "X-Anything") for name, _ in fields)
        if kind == 0 and content:
            pieces = [content[at : at + 1000] for at in range(0, len(content), 1000)]
            coded = b"".join(b"%x;e=1\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
            return head(line, [*fields, ("Transfer-Encoding", "chunked")]) + coded, 1
        if kind == 1:
            return head(line, [*fields, ("Content-Length", len(content) + random.randrange(100))]) + content, 0.3
        if kind == 2:
            length = random.choice(("-1", "+5", "1e3", "99999999999999999999", "5, 5", "", "0x5"))
            return head(line, [*fields, ("Content-Length", length)]) + content, 0.3
        if kind == 3:
            coding = random.choice(("chunked", "gzip, chunked", "identity", "chunked, chunked", "x"))
            return head(line, [*fields, ("Transfer-Encoding", coding), ("Content-Length", 5)]) + content, 0.3
        whole = head(line, [*fields, ("Content-Length", len(content))] if content else fields) + content
        if kind == 4:
            return whole[: random.randrange(len(whole))], 0.3
        if kind == 5:
            return self.spoilt(whole, random), 0.3
        if kind == 6:
            return whole * random.choice((2, 5)), 1
        # What may have a line break in it, or asks to be asked, need not be whole.
        return (whole, 1) if expects or b"\r\nX-Injected" in whole else whole


def head(line, fields):
    lines = [line, *(f"{name}: {value}" for name, value in fields)]
    return "\r\n".join(lines).encode("utf-8", "replace") + b"\r\n\r\n"
