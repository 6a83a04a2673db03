"""TLS as a client sees it: what is spoken, and what is not."""

import ssl
import struct

import trustme
from answers import assert_record
from program import CHEAP, Address, free_port, init, serving
from raw import REQUEST_SECONDS
from wire import SECONDS, Wire, ask, head

from muster import until


def test_tls(tmp_path):
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1", "localhost")
    chain, key = tmp_path / "chain.pem", tmp_path / "key.pem"
    for blob in certificate.cert_chain_pems:
        blob.write_to_path(str(chain), append=True)
    certificate.private_key_pem.write_to_path(str(key))
    admin = init(tmp_path / "data", settings=CHEAP)
    settings = CHEAP | {
        "MUSTER_HTTP_TLS_CERTIFICATE": chain,
        "MUSTER_HTTP_TLS_PRIVATE_KEY": key,
        "MUSTER_HTTP_LIMITS_REQUEST_SECONDS": REQUEST_SECONDS,
    }
    server = Address(free_port(), admin)

    def context(version=None):
        context = ssl.create_default_context()
        authority.configure_trust(context)
        if version:
            context.minimum_version = context.maximum_version = version
        return lambda plain: context.wrap_socket(plain, server_hostname="127.0.0.1")

    def is_ready():
        try:
            return ask(server, head(server, path="/server/status"), wrap=context())
        except OSError:
            return None

    with serving(
        tmp_path / "data", "--bind", f"127.0.0.1:{server.port}", settings=settings
    ) as process:
        assert until(is_ready, SECONDS, "a ready server with TLS").status_code == 200
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            answer = ask(server, head(server, path="/session"), wrap=context(version))
            assert_record(answer, id=admin["id"])
        # The cookie of a server with TLS goes over TLS only.
        body = f'{{"username": "{admin["username"]}", "password": "{admin["password"]}"}}'.encode()
        login = head(server, "POST", "/session", keys=False, Content_Length=len(body)) + body
        cookie = ask(server, login, wrap=context()).headers["Set-Cookie"]
        assert "secure" in [part.strip().lower() for part in cookie.split(";")]
        # Plain HTTP and silence on the port of TLS hurt nobody.
        with Wire(server) as plain, Wire(server) as silent:
            plain.send(head(server, path="/session"))
            plain.finish()
            assert not plain.assert_closed().startswith(b"HTTP/1.1 2")
            answer = ask(server, head(server, path="/session"), wrap=context())
            assert_record(answer, id=admin["id"])
            silent.finish()
        assert process.poll() is None


def test_tls_older_than_1_2_is_refused(tmp_path):
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    chain, key = tmp_path / "chain.pem", tmp_path / "key.pem"
    certificate.cert_chain_pems[0].write_to_path(str(chain))
    certificate.private_key_pem.write_to_path(str(key))
    admin = init(tmp_path / "data", settings=CHEAP)
    settings = CHEAP | {"MUSTER_HTTP_TLS_CERTIFICATE": chain, "MUSTER_HTTP_TLS_PRIVATE_KEY": key}
    server = Address(free_port(), admin)

    # A greeting of TLS 1.1, written by hand: today's libraries no longer say it.
    suites = bytes.fromhex("c013c014002f0035")
    greeting = b"\x03\x02" + bytes(32) + b"\x00" + struct.pack(">H", len(suites)) + suites
    greeting += b"\x01\x00"
    message = b"\x01" + struct.pack(">I", len(greeting))[1:] + greeting
    record = b"\x16\x03\x01" + struct.pack(">H", len(message)) + message

    def is_listening():
        try:
            with Wire(server):
                return True
        except OSError:
            return False

    with serving(tmp_path / "data", "--bind", f"127.0.0.1:{server.port}", settings=settings):
        until(is_listening, SECONDS, "a server that listens")
        with Wire(server) as wire:
            wire.send(record)
            reply = wire.assert_closed()
        # Nothing, or an alert (21); never the server's own greeting (22).
        assert not reply or reply[0] == 21, reply[:5]
