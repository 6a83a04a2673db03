"""A server whose console is switched off: browsers get what programs get."""

import pytest
from answers import MALFORMED, NOT_FOUND, assert_body, assert_json
from program import CHEAP

from muster import ADMINISTRATOR, Muster

# What Chromium sends when somebody types an address.
BROWSER = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8",
    "Sec-Fetch-Site": "none",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Dest": "document",
    "Upgrade-Insecure-Requests": "1",
}
PAGES = ("/", "/sign-in", "/sign-in/factor", "/account", "/account/security", "/admin", "/admin/users")


@pytest.fixture(scope="module")
def plain():
    with Muster(CHEAP | {"MUSTER_CONSOLE_ENABLED": "false"}) as server:
        yield server


def test_browsers_find_no_pages_and_no_files_of_pages(muster, plain):
    page = muster.request("GET", "/sign-in", keys=None, headers=BROWSER)
    assert page.status_code == 200 and page.headers["Content-Type"].startswith("text/html")
    files = [part.split('"')[0] for part in page.text.split('"/console/')[1:]]
    assert len(files) == 2
    for path in (*PAGES, *(f"/console/{name}" for name in files)):
        assert_body(plain.request("GET", path, keys=None, headers=BROWSER), NOT_FOUND)
        # With a right pair of keys, and with what a sign-in would send, too.
        assert_body(plain.request("GET", path, headers=BROWSER), NOT_FOUND)
    form = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    body = f"username={ADMINISTRATOR}&password={plain.admin['password']}"
    for path in ("/sign-in", "/sign-out", "/admin/users/new"):
        answer = plain.request("POST", path, body=body, headers=BROWSER | form, keys=None)
        assert_body(answer, NOT_FOUND)
        assert "Set-Cookie" not in answer.headers


def test_the_start_says_what_it_says_to_programs(muster, plain):
    """With a console, too, whoever does not ask for HTML is told that there is nothing."""
    for server in (muster, plain):
        assert_body(server.request("GET", "/", keys=None), NOT_FOUND)
        assert_body(server.request("GET", "/", keys=None, headers={"Accept": "application/json"}), NOT_FOUND)
    led = muster.request("GET", "/", keys=None, headers=BROWSER)
    assert (led.status_code, led.headers["Location"]) == (303, "/sign-in")


def test_the_apis_are_as_ever(plain):
    token = assert_json(plain.login(ADMINISTRATOR, plain.admin["password"]), 200)["token"]
    mine = plain.request("GET", "/session", headers={"X-Cookie": f"token={token}"}, keys=None)
    assert assert_json(mine, 200)["username"] == ADMINISTRATOR
    assert len(assert_json(plain.request("GET", "/users"), 200)["users"]) == 1
    assert assert_json(plain.request("GET", "/muster/v1/users", headers=BROWSER), 200)["users"]
    assert_body(plain.request("POST", "/users", body="{"), MALFORMED)
