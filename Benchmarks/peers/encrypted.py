"""Muster beside nginx over TLS 1.3, with the same certificate: kept connections, new ones, and new ones that resume."""

import http.client
import ssl
import time

import report
from cells import LOOK_UP
from processes import build, environment, finished, popen, said, wrk
from servers import FIRST_ID, Muster, Nginx, hashing

NAME = "encrypted"
CONNECTIONS = 16
USERS_ASKED = 1_000
"""Of how many users one is asked for over a new connection: as many as handshakes.c knows."""

CELLS = {
    "kept": "look up a user by id, API keys, kept connections",
    "full": "the same, each over a new connection",
    "resumed": "the same, each over a new connection that resumes a session",
}


def certificate(work):
    """A certificate of P-256, as most servers have today, and its key."""
    files = work / "certificate.pem", work / "key.pem"
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"]
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    said(["openssl", "req", "-x509", *curve, *subject, "-out", files[0], "-keyout", files[1]])
    return files


def connection(port):
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return http.client.HTTPSConnection("127.0.0.1", port, timeout=600, context=context)


class EncryptedMuster(Muster):
    """Muster that speaks TLS."""

    def __init__(self, work, users, hashes, files):
        super().__init__(work, users, hashes)
        self.files = files

    def environment(self):
        names = ("MUSTER_HTTP_TLS_CERTIFICATE", "MUSTER_HTTP_TLS_PRIVATE_KEY")
        return environment(dict(zip(names, self.files)))

    def connection(self):
        return connection(self.port)


class EncryptedNginx(Nginx):
    """nginx that speaks TLS, with the session cache and tickets of its documentation's example."""

    def __init__(self, work, files, pair):
        super().__init__(work, files)
        configuration = work / "nginx.conf"
        tls = (
            f"listen 127.0.0.1:{self.port} ssl; ssl_certificate {pair[0]}; ssl_certificate_key {pair[1]}; "
            "ssl_protocols TLSv1.3; ssl_session_cache shared:SSL:10m; ssl_session_timeout 10m;"
        )
        configuration.write_text(configuration.read_text().replace(f"listen 127.0.0.1:{self.port};", tls))

    def is_ready(self):
        asked = connection(self.port)
        asked.request("GET", "/user.json")
        return asked.getresponse().status == 200


def measure(work, settings):
    """Measures both in turns, and reports."""
    seconds, rounds = settings["SECONDS_EACH"], settings["ROUNDS"]
    _, hashes = hashing(work)
    pair = certificate(work)
    program = build("handshakes", work, "-lssl", "-lcrypto", "-lpthread")
    muster = EncryptedMuster(work / "muster", max(settings["USERS"], USERS_ASKED), hashes, pair)
    samples, servers = report.Samples(), [muster]
    try:
        muster.start()
        muster.load(muster.write_users())
        muster.stop()
        muster.start()
        nginx = EncryptedNginx(work / "nginx", {"user.json": muster.request("GET", f"/users/{FIRST_ID}")[1]}, pair)
        servers.append(nginx)
        nginx.start()
        asked = {"muster": (muster, LOOK_UP, f"X-ApiKeys: {muster.keys}"), "nginx": (nginx, "/user.json", "Accept: */*")}
        for turn in range(rounds):
            for cell in CELLS:
                for name in sorted(asked, reverse=turn % 2 == 1):
                    load = ask(program, cell, seconds, muster.users, *asked[name])
                    samples.add(cell, name, load)
                    print(f"{time.strftime('%H:%M:%S')} {cell} {name} {report.number(load.rate)}", flush=True)
    finally:
        for server in servers:
            server.stop()
    report.write(NAME, render(settings, samples))


def ask(program, cell, seconds, users, server, path, field):
    if cell != "kept":
        return finished(popen([program, server.port, CONNECTIONS, seconds, cell, path, field]))
    asked = wrk(server.port, CONNECTIONS, seconds, PATHS=path, HEADER=field, FIRST=FIRST_ID, COUNT=users)
    command = [str(word).replace("http://", "https://") for word in asked[0]]
    return finished(popen(command, asked[1]))


def render(settings, samples):
    """The part of the page."""
    rows = []
    for cell, title in CELLS.items():
        rates = [samples.rate(cell, name) for name in ("muster", "nginx")]
        p99 = [samples.p99(cell, name) for name in ("muster", "nginx")]
        texts = [f"{report.number(rate)} (p99 {report.number(late)} ms)" for rate, late in zip(rates, p99)]
        rows.append([title, CONNECTIONS, *texts, report.number(rates[0] / rates[1], 2)])
    aims = [
        ("look-ups over kept connections, of nginx", 0.6, 0.8, samples.ratio("kept", "muster", "nginx"), False),
        ("new connections with a full handshake, of nginx", 0.7, 0.9, samples.ratio("full", "muster", "nginx"), False),
        ("new connections that resume, of nginx", 0.7, 0.9, samples.ratio("resumed", "muster", "nginx"), False),
    ]
    return "\n".join(
        [
            report.machine(settings, "make bench-tls"),
            f"Answers per second over TLS 1.3; {settings['USERS']:,} users, {settings['SECONDS_EACH']} s a measurement, "
            f"{settings['ROUNDS']} in turns, medians.\n",
            report.table(["cell", "connections", "Muster", "nginx", "of nginx"], rows),
            report.bars(aims),
        ]
    )
