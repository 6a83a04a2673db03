"""A server with a public address, and a browser that looks at its console."""

import pytest
from browsers import chromium
from muster import ADMINISTRATOR, Muster, free_port
from pages import Console

# Hashes that cost little, since nobody attacks them here, and the policy that has most to say while a password is typed.
SETTINGS = {
    "MUSTER_PASSWORD_ARGON2_KIBIBYTES": 1024,
    "MUSTER_PASSWORD_ARGON2_ITERATIONS": 1,
    "MUSTER_PASSWORD_POLICY": "tenable",
}


@pytest.fixture(scope="session")
def muster():
    """The server, which people reach under a name, as passkeys need it."""
    server = Muster(SETTINGS)
    server.port = free_port()
    server.settings["MUSTER_HTTP_PUBLIC_URL"] = f"http://localhost:{server.port}"
    with server:
        yield server


@pytest.fixture(scope="session")
def driver(muster):
    driver = chromium()
    yield driver
    driver.quit()


@pytest.fixture
def console(driver, muster):
    """The console, with nobody signed in."""
    console = Console(driver, f"http://localhost:{muster.port}")
    console.open("/sign-in")
    driver.delete_all_cookies()
    return console


@pytest.fixture(scope="session")
def plain_driver(muster):
    """A browser that runs no scripts."""
    driver = chromium(scripts=False)
    yield driver
    driver.quit()


@pytest.fixture
def plain(plain_driver, muster):
    console = Console(plain_driver, f"http://localhost:{muster.port}")
    console.open("/sign-in")
    plain_driver.delete_all_cookies()
    return console


@pytest.fixture
def admin(console, muster):
    """The console, with the administrator signed in."""
    console.sign_in(ADMINISTRATOR, muster.admin["password"])
    return console
