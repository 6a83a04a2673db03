"""The QR code that the command line draws, read from a picture of its terminal."""

import re
import subprocess
from html import escape
from types import SimpleNamespace
from urllib.parse import quote

from terminal import Terminal

from apps import oathtool, scanned
from muster import PASSWORD, binary, environment, unique_username

# As terminals show it: each sign in a cell of its own, of which half a block fills the half.
PAGE = """<!doctype html><meta charset="utf-8"><title>Terminal</title><style>
body { margin: 24px; background: #101418; color: #ddd }
pre { margin: 0; font: 20px/23px 'DejaVu Sans Mono', 'Liberation Mono', monospace }
.shown { color: #000; background: #fff; display: inline-block; vertical-align: top; height: 23px }
</style><pre>%s</pre>"""
BLACK_ON_WHITE = re.compile("\x1b\\[30;107m([^\x1b]*)\x1b\\[0m")


def picture(driver, shown, path):
    """A picture of what a terminal shows."""
    lines = escape(shown).replace("\r\n", "\n")
    drawn = BLACK_ON_WHITE.sub(r'<span class="shown">\1</span>', lines)
    assert "\x1b" not in drawn, "there are orders to the terminal that the page does not know"
    page = path.with_suffix(".html")
    page.write_text(PAGE % drawn)
    driver.get(page.as_uri())
    driver.find_element("tag name", "pre").screenshot(str(path))
    return path


def test_the_code_on_a_terminal_is_read_from_its_picture(console, muster, tmp_path):
    username = unique_username()
    muster.create(username=username)
    seat = SimpleNamespace(work=tmp_path, environment=environment({"HOME": tmp_path, "MUSTER_URL": muster.url, "LC_ALL": "C.UTF-8"}))
    login = [binary(), "login", username, "--password-stdin"]
    subprocess.run(login, env=seat.environment, input=PASSWORD + "\n", text=True, check=True, capture_output=True)
    with Terminal(seat, "factors", "add", "totp", "--label", "Telephone") as terminal:
        terminal.wait_for("Code: ")
        uri = scanned(picture(console.driver, terminal.shown, tmp_path / "terminal.png"))
        secret = re.search("secret=([A-Z2-7]{32})&", uri)[1]
        assert uri == f"otpauth://totp/localhost:{quote(username)}?secret={secret}&issuer=localhost"
        terminal.type(oathtool(secret) + "\n")
        assert 'Added the app "Telephone".' in terminal.end()
    console.sign_in(username, PASSWORD)
    assert console.path == "/sign-in/factor"
