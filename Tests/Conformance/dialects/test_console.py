"""A user who was made in the console, as pyTenable and the ActiveLogic client see it."""

import re

import requests

from muster import unique_username


def test_a_user_of_the_console_is_the_same_to_both_clients(muster, tenable, swift):
    browser = requests.Session()
    browser.trust_env = False
    browser.headers.update({"Sec-Fetch-Site": "same-origin", "Accept": "text/html"})
    signed_in = browser.post(
        f"{muster.url}/sign-in",
        {"username": muster.admin["username"], "password": muster.admin["password"]},
        timeout=60,
    )
    page = browser.get(f"{muster.url}/admin/users/new", timeout=60).text
    username = unique_username()
    form = {
        "token": re.search('name="token" value="([0-9a-f]+)"', page)[1],
        "username": username,
        "name": "Jane Doe",
        "permissions": "24",
        "timeout": "600",
        "enabled": "on",
        "password_permitted": "on",
        "api_permitted": "on",
        "hosts": "10.0.0.0/8\r\n192.0.2.7",
        "masks": "yes",
        "readbm": ["3", "0"],
        "writebm": "0",
    }
    made = browser.post(f"{muster.url}/admin/users/new", form, timeout=60)
    assert signed_in.ok and "Created." in made.text, made.text

    user = next(one for one in swift.list() if one["name"] == username)
    assert (user["hosts"], user["timeout"]) == (["10.0.0.0/8", "192.0.2.7"], 600)
    assert (user["readbm"], user["writebm"], user["lviewbm"]) == (9, 1, 0)
    seen = tenable(muster.admin_keys).users.details(user["id"])
    assert (seen["username"], seen["name"], seen["permissions"]) == (username, "Jane Doe", 24)
    assert seen["enabled"] is True
