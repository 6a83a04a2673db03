"""slapd and a second one that follows it by delta-syncrepl: how soon a user who was shut out at the first is at the second."""

import socket
import time

from processes import Server, build, popen
from servers import Slapd

READY = 120
PROBE = "uid=user000000,dc=bench"
ADMINISTRATOR, SECRET = "cn=admin,dc=bench", "bench"
# resultCode of RFC 4511, A.1.
SUCCESS, INVALID_CREDENTIALS = 0, 49

LOG = """
moduleload syncprov
moduleload accesslog
database mdb
maxsize 4294967296
suffix cn=log
rootdn cn=admin,dc=bench
directory {log}
index reqStart,reqEnd,reqResult,entryCSN,objectClass eq
overlay syncprov
syncprov-nopresent TRUE
syncprov-reloadhint TRUE
"""
PROVIDER = """
index entryCSN,entryUUID eq
overlay syncprov
overlay accesslog
logdb cn=log
logops writes
logsuccess TRUE
"""
CONSUMER = """
index entryCSN,entryUUID eq
syncrepl rid=1 provider=ldap://127.0.0.1:{port} bindmethod=simple binddn={name} credentials={secret} searchbase=dc=bench
    logbase=cn=log logfilter="(&(objectClass=auditWriteObject)(reqResult=0))" syncdata=accesslog
    type=refreshAndPersist retry="1 +"
"""


class Provider(Slapd):
    """The one that is written to."""

    name = "provider"

    def __init__(self, work, users, hashes, ldapload):
        super().__init__(work, users, hashes, ldapload)
        (work / "log").mkdir()
        settings = (work / "slapd.conf").read_text()
        begin, rest = settings.split("database mdb\n")
        rest = rest.replace("access to attrs", f"{PROVIDER}access to attrs", 1)
        (work / "slapd.conf").write_text(f"{begin}{LOG.format(log=work / 'log')}database mdb\n{rest}")


class Consumer(Slapd):
    """The one that follows, from nothing."""

    name = "consumer"

    def __init__(self, work, provider):
        work.mkdir()
        (work / "data").mkdir()
        Server.__init__(self, work)
        self.users, self.ldapload = provider.users, provider.ldapload
        settings = (provider.work / "slapd.conf").read_text()
        before, after = settings.index("\nmoduleload syncprov"), settings.index("database mdb\nmaxsize 4294967296\nsuffix dc=bench")
        settings = settings[:before] + "\n" + settings[after:]
        follows = CONSUMER.format(port=provider.port, name=ADMINISTRATOR, secret=SECRET)
        settings = settings.replace(PROVIDER, follows).replace(str(provider.work), str(work))
        (work / "slapd.conf").write_text(settings)


class Connection:
    """A connection that speaks as much of LDAP (RFC 4511) as is needed here."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), 60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.number = 0

    def bind(self, name, secret):
        return self._ask(0x60, _element(2, b"\x03") + _element(4, name.encode()) + _element(0x80, secret.encode()))

    def replace(self, name, attribute, value):
        part = _element(4, attribute.encode()) + _element(0x31, _element(4, value.encode()))
        change = _element(0x30, _element(0x0A, b"\x02") + _element(0x30, part))
        return self._ask(0x66, _element(4, name.encode()) + _element(0x30, change))

    def _ask(self, tag, content):
        """Sends a request and returns the result code of its answer."""
        self.number = self.number % 0x7FFF + 1
        self.socket.sendall(_element(0x30, _element(2, self.number.to_bytes(2, "big")) + _element(tag, content)))
        answer = self._read(2)
        # All lengths here are below 128 but those of an answer with a long message.
        length = answer[1]
        if length & 0x80:
            length = int.from_bytes(self._read(length & 0x7F), "big")
        body = self._read(length)
        operation = 2 + body[1]
        size = body[operation + 1]
        result = operation + 2 + (size & 0x7F if size & 0x80 else 0)
        return body[result + 2]

    def _read(self, count):
        data = b""
        while len(data) < count:
            more = self.socket.recv(count - len(data))
            if not more:
                raise SystemExit("bench: slapd has closed a connection")
            data += more
        return data


def _element(tag, content):
    """An element of BER with a length of one byte, or of three."""
    size = len(content)
    return bytes([tag, size]) + content if size < 128 else bytes([tag, 0x82]) + size.to_bytes(2, "big") + content


def measure(work, stack, users, hashes, probes):
    """Milliseconds from the answer to a changed password until the consumer refuses the old one, under look-ups at both."""
    work.mkdir()
    provider = Provider(work / "provider", users, hashes, build("ldapload", work, "-lldap", "-llber", "-lpthread"))
    stack.callback(provider.stop)
    provider.start()
    writer = Connection(provider.port)
    expect(writer.bind(ADMINISTRATOR, SECRET), SUCCESS)
    # In the clear, so that a bind costs next to nothing.
    expect(writer.replace(PROBE, "userPassword", "right"), SUCCESS)
    consumer = Consumer(work / "consumer", provider)
    stack.callback(consumer.stop)
    consumer.start()
    reader = Connection(consumer.port)
    await_(reader, SUCCESS)
    generators = [popen(server.asking("get", 4, 600)[0]) for server in (provider, consumer)]
    times = []
    try:
        for _ in range(probes):
            expect(writer.replace(PROBE, "userPassword", "other"), SUCCESS)
            began = time.monotonic()
            while reader.bind(PROBE, "right") == SUCCESS:
                pass
            times.append((time.monotonic() - began) * 1000)
            expect(writer.replace(PROBE, "userPassword", "right"), SUCCESS)
            await_(reader, SUCCESS)
    finally:
        for generator in generators:
            generator.kill()
            generator.wait()
    consumer.stop()
    provider.stop()
    return times


def expect(code, wanted):
    if code != wanted:
        raise SystemExit(f"bench: slapd has answered {code} in place of {wanted}")


def await_(reader, wanted):
    """Waits until the consumer answers a bind so."""
    deadline = time.monotonic() + READY
    while (code := reader.bind(PROBE, "right")) != wanted:
        if time.monotonic() > deadline:
            raise SystemExit(f"bench: the consumer still answers {code} in place of {wanted}")
        time.sleep(0.001)
