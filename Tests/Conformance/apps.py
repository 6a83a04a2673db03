"""Authenticator apps as people have them, and what reads their QR codes."""

import subprocess
import time

STEP = 30


def oathtool(secret, at=None):
    """The code that oathtool shows now, or then."""
    moment = ["--now", f"@{int(at)}"] if at else []
    return _said("oathtool", "--totp", "--base32", *moment, secret)


def earlier_code(secret):
    """The code before the one that an app shows now: it is still taken, and leaves the present one to be used."""
    left = STEP - time.time() % STEP
    if left < 10:
        # It would be too old before it arrives.
        time.sleep(left + 0.1)
    return oathtool(secret, at=time.time() - STEP)


def scanned(picture):
    """What zbarimg reads from a picture."""
    return _said("zbarimg", "--quiet", "--raw", str(picture))


def _said(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def enrolled(server, token, **fields):
    """Sets up an app for whose session it is, with a `label` where one is given, and returns the secret."""
    sent = {"keys": None, "headers": {"Authorization": f"Bearer {token}"}}
    begun = server.request("POST", "/muster/v1/factors/totp", json=fields, **sent).json()
    body = {"code": earlier_code(begun["secret"])}
    assert server.request("POST", f"/muster/v1/factors/totp/{begun['id']}/confirm", json=body, **sent).ok
    return begun["secret"]
