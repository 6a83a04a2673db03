"""Users with second factors, what they send, and the server that they sign in to."""

import base64
import hashlib
import hmac
import http.client
import json
import os
import struct
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from processes import environment, finished, popen
from servers import Muster

PASSWORD = "Walnut-Ferry-82-Lantern"
STEP = 30
SITE = "localhost"
MAKERS = 8


class PublicMuster(Muster):
    """Muster behind a proxy of its own machine, which says where requests come from, with a public address."""

    @property
    def origin(self):
        return f"http://{SITE}:{self.port}"

    def environment(self):
        return environment({"MUSTER_HTTP_TRUSTED_PROXIES": "127.0.0.1", "MUSTER_HTTP_PUBLIC_URL": self.origin})

    def __init__(self, work):
        super().__init__(work, 0, [])
        self.kept = threading.local()

    def call(self, method, path, body=None, token=None, source=None):
        """One request on the thread's own connection, which has to be answered by a 2xx; returns the JSON of the answer."""
        fields = {"Content-Type": "application/json"} if body is not None else {}
        fields |= {"X-Cookie": f"token={token}"} if token else {"X-ApiKeys": self.keys}
        fields |= {"X-Forwarded-For": source} if source else {}
        if getattr(self.kept, "port", None) != self.port:
            self.kept.port = self.port
            self.kept.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        self.kept.connection.request(method, path, None if body is None else json.dumps(body), fields)
        answer = self.kept.connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise SystemExit(f"bench: {method} {path}: {answer.status} {text.decode()}")
        return json.loads(text) if text else None

    def send(self, ask, requests, connections, pause=0, times=None):
        """Sends prepared requests by the program ask; returns what it saw."""
        file = self.work / "requests"
        file.write_bytes(b"".join(requests))
        command = [ask, self.port, connections, pause, file, *([times] if times else [])]
        return finished(popen(command))


def framed(path, body=None, source=None, method="POST"):
    """One request as it goes over the wire."""
    content = b"" if body is None else json.dumps(body).encode()
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    head += f"X-Forwarded-For: {source}\r\n" if source else ""
    return f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content


def prepared(request, status, more=b""):
    """A request as the program ask reads it, with the status of its last answer."""
    return f"{len(request)} {status} {len(more)}\n".encode() + request + more


def source(number):
    """An address that is no other number's."""
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


class Person:
    """A user, at an address of its own; with an app once there is a secret."""

    def __init__(self, name, number):
        self.name, self.source = f"{name}@bench.example", source(number)
        self.secret, self.last_step = None, 0

    def login(self, password=PASSWORD, **fields):
        return framed("/session", {"username": self.name, "password": password} | fields, self.source)

    def next_code(self):
        """A code that was not used, and that is taken for the next ten seconds at least."""
        now = int(time.time())
        step = max(self.last_step + 1, (now + 10) // STEP - 1)
        if step > now // STEP + 1:
            raise SystemExit("bench: an app has shown no code that was not used")
        self.last_step = step
        mac = hmac.digest(self.secret, struct.pack(">Q", step), "sha1")
        place = mac[-1] & 15
        return f"{(struct.unpack_from('>I', mac, place)[0] & 0x7FFFFFFF) % 10**6:06}"

    def create(self, muster):
        muster.call("POST", "/muster/v1/users", {"username": self.name, "password": PASSWORD, "permissions": 16})

    def token(self, muster):
        body = {"username": self.name, "password": PASSWORD}
        return muster.call("POST", "/session", body, source=self.source)["token"]

    def add_app(self, muster):
        token = self.token(muster)
        begun = muster.call("POST", "/muster/v1/factors/totp", {}, token)
        self.secret = base64.b32decode(begun["secret"])
        muster.call("POST", f"/muster/v1/factors/totp/{begun['id']}/confirm", {"code": self.next_code()}, token)


def people(muster, name, count, first, *more):
    """Users, each with what `more` adds, such as `Person.add_app`."""
    made = [Person(f"{name}{number}", first + number) for number in range(count)]

    def make(person):
        person.create(muster)
        for add in more:
            add(person, muster)

    with ThreadPoolExecutor(MAKERS) as pool:
        list(pool.map(make, made))
    return made


def encoded(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class Passkeys:
    """Passkeys of ES256, all of one key, whose signatures the program Signatures makes."""

    def __init__(self, program, muster):
        self.muster = muster
        self.program = program
        point = bytes.fromhex(self.signed([])[0])
        self.cose = b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20" + point[1:33] + b"\x22\x58\x20" + point[33:]
        self.site = hashlib.sha256(SITE.encode()).digest()
        self.users = []

    def signed(self, messages):
        """The public key, and after it a signature of each message, in hexadecimal."""
        lines = "".join(message.hex() + "\n" for message in messages)
        done = subprocess.run([self.program, "sign"], input=lines, text=True, capture_output=True, check=True)
        return done.stdout.split()

    def add(self, person, muster):
        """Gives a user a passkey; one function with `Person.add_app`."""
        token = person.token(muster)
        options = muster.call("POST", "/muster/v1/factors/webauthn/options", {}, token)["options"]
        number = os.urandom(32)
        data = self.site + b"\x45" + bytes(4 + 16) + b"\x00\x20" + number + self.cose
        statement = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58" + bytes([len(data)]) + data
        frame = self.frame("webauthn.create", options["challenge"])
        response = {"clientDataJSON": encoded(frame), "attestationObject": encoded(statement)}
        credential = {"id": encoded(number), "rawId": encoded(number), "type": "public-key", "response": response}
        muster.call("POST", "/muster/v1/factors/webauthn", {"label": "Key", "credential": credential}, token)
        self.users.append((encoded(number), options["user"]["id"]))

    def frame(self, kind, challenge):
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.muster.origin}).encode()

    def sign_ins(self, count):
        """Requests that sign in, each by a challenge of its own; users take turns."""
        begun = [self.muster.call("POST", "/muster/v1/logins/webauthn") for _ in range(count)]
        data = self.site + b"\x05" + bytes(4)
        frames = [self.frame("webauthn.get", each["options"]["challenge"]) for each in begun]
        signatures = self.signed(data + hashlib.sha256(frame).digest() for frame in frames)[1:]
        requests = []
        for place, (each, frame, signature) in enumerate(zip(begun, frames, signatures)):
            number, handle = self.users[place % len(self.users)]
            response = {
                "clientDataJSON": encoded(frame),
                "authenticatorData": encoded(data),
                "signature": encoded(bytes.fromhex(signature)),
                "userHandle": handle,
            }
            credential = {"id": number, "rawId": number, "type": "public-key", "response": response}
            request = framed(f"/muster/v1/logins/{each['login']}", {"credential": credential})
            requests.append(prepared(request, 200))
        return requests
