"""Whether everybody can read the pages: axe-core's rules, and no page wider than its window."""

import pytest
from axe_core_python.selenium import Axe

from browsers import prefer
from muster import ADMINISTRATOR

LONG = "Wolfeschlegelsteinhausenbergerdorff" * 4


@pytest.fixture(scope="module")
def pages(muster):
    """The pages of the console, of a directory with somebody in it whose name is long."""
    user = muster.create(username="x" * 200 + "@example.com", name=LONG)
    group = muster.request("POST", "/muster/v1/groups", json={"name": LONG}).json()
    return [
        "/account", "/account/password", "/account/security", "/account/security/app",
        "/account/keys", "/account/sessions", "/admin", "/admin/users",
        "/admin/users?q=nobody-has-this-name", "/admin/users/new",
        f"/admin/users/{user['id']}", f"/admin/users/{user['id']}?why=yes", "/admin/groups",
        f"/admin/groups/{group['id']}", "/admin/sessions", "/admin/audit", "/admin/settings",
    ]  # fmt: skip


def findings(driver):
    found = Axe().run(driver)["violations"]
    return [
        f"{one['id']}: {one['help']}: {node['html'][:160]}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"][:3]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(console, muster, pages, scheme):
    prefer(console.driver, scheme)
    faults = {"/sign-in": findings(console.open("/sign-in").driver)}
    console.sign_in(ADMINISTRATOR, muster.admin["password"])
    for path in pages:
        faults[path] = findings(console.open(path).driver)
    prefer(console.driver, "light")
    assert {path: found for path, found in faults.items() if found} == {}


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_no_page_is_wider_than_its_window(console, muster, pages, width):
    console.driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False},
    )
    try:
        wide = {}
        console.sign_in(ADMINISTRATOR, muster.admin["password"])
        for path in pages:
            shown = console.open(path).driver.execute_script(
                "return document.documentElement.scrollWidth"
            )
            if shown > width:
                wide[path] = shown
        assert wide == {}
    finally:
        console.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_the_first_page_is_small_and_of_three_requests(console, muster):
    console.driver.execute_cdp_cmd("Network.clearBrowserCache", {})
    console.sign_in(ADMINISTRATOR, muster.admin["password"])
    loaded = console.driver.execute_script(
        """return performance.getEntriesByType('navigation')
        .concat(performance.getEntriesByType('resource'))
        .filter(one => one.name.startsWith('http')).map(one => one.decodedBodySize)"""
    )
    assert len(loaded) <= 3 and sum(loaded) < 60 * 1024, loaded
