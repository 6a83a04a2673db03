"""The console's styles and script, which go out compressed to whoever takes that."""

import gzip
import re

import pytest
import requests
from program import SECONDS


def ask(server, path, accepted):
    """An answer, and its body as it came over the wire."""
    url = f"http://127.0.0.1:{server.port}{path}"
    answer = requests.get(url, headers={"Accept-Encoding": accepted, "Accept": "text/html"}, stream=True, timeout=SECONDS)
    assert answer.status_code == 200
    return answer, answer.raw.read(decode_content=False)


@pytest.mark.parametrize("suffix", ["css", "js"])
def test_what_is_compressed_is_the_same_file(strict, suffix):
    page, text = ask(strict, "/sign-in", "gzip")
    # Pages hold what their reader has typed beside what is secret, and are not compressed (the attack BREACH).
    assert "Content-Encoding" not in page.headers
    (path,) = set(re.findall(rf'"(/console/[^"]+\.{suffix})"', text.decode()))
    plain, whole = ask(strict, path, "identity")
    packed, short = ask(strict, path, "gzip, deflate, br, zstd")
    assert "Content-Encoding" not in plain.headers and packed.headers["Content-Encoding"] == "gzip"
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"
    assert plain.headers["Content-Type"] == packed.headers["Content-Type"]
    assert gzip.decompress(short) == whole and len(short) * 2 < len(whole)
    assert int(packed.headers["Content-Length"]) == len(short)
