"""Whether everybody can read the pages: axe-core's rules, and nothing wider than its window or cut off in it."""

import pytest
from axe_core_python.selenium import Axe

from browsers import prefer
from muster import ADMINISTRATOR

LONG = "Wolfeschlegelsteinhausenbergerdorff" * 4
# 640 is what is left of 1280 at a zoom of 200 % (WCAG 2.2, 1.4.4); 320 is asked for by 1.4.10.
WIDTHS = (320, 390, 640, 1280)

# What is wider than its place and would not be seen; names in the head end in dots by intent, and their title has all.
CUT_OFF = """return Array.from(document.querySelectorAll('main *')).filter(one => {
  if (one.clientWidth === 0 || one.scrollWidth <= one.clientWidth + 1) return false;
  const style = getComputedStyle(one);
  return style.overflowX !== 'visible' && style.clipPath === 'none' && !one.matches('input, textarea, select');
}).map(one => one.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def pages(muster):
    """The pages of the console, of a directory with somebody in it whose name is long."""
    user = muster.create(username="x" * 200 + "@example.com", name=LONG)
    group = muster.request("POST", "/muster/v1/groups", json={"name": LONG}).json()
    return [
        "/account", "/account/password", "/account/security", "/account/security/app",
        "/account/keys", "/account/sessions", "/admin", "/admin?span=month", "/admin/users",
        "/admin/users?q=nobody-has-this-name", "/admin/users?cols=yes&col=hosts&col=id&col=changed",
        "/admin/users?factor=none&unused=30&keys=90&expires=now", "/admin/users/new", f"/admin/users/{user['id']}", f"/admin/users/{user['id']}?why=yes",
        "/admin/groups", f"/admin/groups/{group['id']}", "/admin/sessions", "/admin/audit",
        "/admin/settings", "/admin/import", "/admin/export", "/admin/users/999999",
    ]  # fmt: skip


def findings(driver, **options):
    found = Axe().run(driver, options=options or None)["violations"]
    return [
        f"{one['id']}: {one['help']}: {node['html'][:160]}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"][:3]
    ]


def schemes(console):
    """What axe finds on the page that is open, in light and, of colours, in dark."""
    found = findings(console.driver)
    prefer(console.driver, "dark")
    found += [f"dark: {one}" for one in findings(console.driver, runOnly=["color-contrast"])]
    prefer(console.driver, "light")
    return found


def test_axe_finds_nothing_serious_in_light_and_dark(console, muster, pages):
    faults = {"/sign-in": schemes(console.open("/sign-in"))}
    console.sign_in(ADMINISTRATOR, muster.admin["password"])
    for path in pages:
        faults[path] = schemes(console.open(path))
    assert {path: found for path, found in faults.items() if found} == {}


def test_no_page_is_wider_than_its_window_and_nothing_is_cut_off(console, muster, pages):
    faults = {}
    console.sign_in(ADMINISTRATOR, muster.admin["password"])
    try:
        for path in pages:
            console.open(path)
            for width in WIDTHS:
                console.driver.execute_cdp_cmd(
                    "Emulation.setDeviceMetricsOverride",
                    {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False},
                )
                shown = console.driver.execute_script("return document.documentElement.scrollWidth")
                cut = console.driver.execute_script(CUT_OFF)
                if shown > width or cut:
                    faults[path, width] = shown, cut
        assert faults == {}
    finally:
        console.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_every_page_is_there_without_scripts(plain, muster, pages):
    plain.sign_in(ADMINISTRATOR, muster.admin["password"])
    for path in pages:
        assert plain.open(path).find("h1").text, path
        assert plain.path == path.split("?")[0]


def test_the_first_page_is_small_and_of_three_requests(console, muster):
    console.driver.execute_cdp_cmd("Network.clearBrowserCache", {})
    console.sign_in(ADMINISTRATOR, muster.admin["password"])
    loaded = console.driver.execute_script(
        """return performance.getEntriesByType('navigation')
        .concat(performance.getEntriesByType('resource'))
        .filter(one => one.name.startsWith('http')).map(one => one.decodedBodySize)"""
    )
    assert len(loaded) <= 3 and sum(loaded) < 60 * 1024, loaded
