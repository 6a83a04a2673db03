#!/usr/bin/env python3
"""Draws the pictures of the console in docs/images: eight pages of a directory of some people, in light and dark.

Usage: console-pictures.py [folder, docs/images if unset]. Needs what Tests/Conformance/requirements-console.txt names, Debian's
chromium and chromium-driver, and a server at MUSTER_BINARY or .build/debug/muster.
"""

import json
import random
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(REPOSITORY / "Tests/Conformance"), str(REPOSITORY / "Tests/Conformance/console")]

from browsers import chromium, prefer  # noqa: E402
from muster import ADMINISTRATOR, PASSWORD, Muster  # noqa: E402
from pages import Console  # noqa: E402

FIRST = "Ada Basil Chloe Dinesh Elif Farid Greta Hana Ivo Jun Kofi Lena Mira Noor Otto Pia Quinn Rosa Sami Tess".split()
LAST = "Abbott Berg Castillo Dubois Eriksen Fontana Gruber Hassan Ito Jansen Keller Lindqvist Moreau Novak Okafor".split()
GROUPS = ("Network operations", "Audit", "Site Zürich")
PHONE = 390
LIST = """username,name,role,hosts
ada.lindqvist@example.com,Ada Lindqvist,basic,10.0.0.0/8
otto.novak@example.com,Otto Novak,basic,10.0.0.1/8
mira ito@example.com,Mira Ito,basic,
"""


def people(muster):
    """Puts some people and groups into the directory; the same in every run."""
    draw = random.Random(7)
    names = [f"{first} {last}" for first in FIRST for last in LAST]
    draw.shuffle(names)
    lines = []
    for place, name in enumerate(names[:70]):
        body = {
            "username": name.lower().replace(" ", ".") + "@example.com",
            "name": name,
            "permissions": draw.choice([16, 16, 16, 24, 32, 64]),
            "enabled": draw.random() > 0.1,
            "hosts": draw.choice([[], [], ["10.0.0.0/8"], ["192.0.2.0/24", "2001:db8::/32"]]),
            "readbm": draw.choice([0, 1, 7, 31, 255]),
            "groups": [draw.choice(GROUPS)] if place % 3 == 0 else [],
        }
        lines.append(json.dumps(body if place % 10 else body | {"password": PASSWORD}))
    muster.request(
        "POST",
        "/muster/v1/users/import?create_groups=true",
        body="\n".join(lines),
        headers={"Content-Type": "application/x-ndjson"},
    )
    for place, line in enumerate(lines[::10]):
        for _ in range(1 + place % 3):
            muster.login(json.loads(line)["username"])
        if place % 2:
            muster.login(json.loads(line)["username"], "not the password")


def draw(console, name, path, folder, width=1280, height=860):
    """Takes a page in light and dark."""
    console.driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False},
    )
    for scheme in ("light", "dark"):
        prefer(console.driver, scheme)
        console.open(path)
        console.driver.save_screenshot(str(folder / f"console-{name}-{scheme}.png"))
    prefer(console.driver, "light")


def main():
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else REPOSITORY / "docs/images"
    folder.mkdir(parents=True, exist_ok=True)
    with Muster() as muster:
        people(muster)
        user = muster.request("GET", "/muster/v1/users?limit=1&after=5").json()["users"][0]["id"]
        driver = chromium()
        try:
            console = Console(driver, muster.url)
            draw(console, "sign-in", "/sign-in", folder, height=560)
            console.sign_in(ADMINISTRATOR, muster.admin["password"])
            draw(console, "overview", "/admin", folder)
            draw(console, "users", "/admin/users", folder)
            draw(console, "user", f"/admin/users/{user}", folder)
            draw(console, "audit", "/admin/audit", folder)
            draw(console, "security", "/account/security", folder)
            draw(console, "users-phone", "/admin/users", folder, PHONE, 844)
            console.open("/admin/import").fill(list=LIST).press("Look at the list")
            console.wait(lambda: not console.all("[data-follow]"), "the lines were looked at")
            draw(console, "import", console.path, folder)
        finally:
            driver.quit()


main()
