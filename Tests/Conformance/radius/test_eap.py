"""802.1X as access points do it: eapol_test of wpa_supplicant speaks EAP through FreeRADIUS."""

import subprocess

from freeradius import SECRET

from muster import PASSWORD

NETWORK = """network={{
    key_mgmt=WPA-EAP
    eap={method}
    identity="{name}"
    anonymous_identity="anonymous"
    password="{password}"
    ca_cert="{authority}"
    phase2="{phase}"
}}
"""


def speak(radius, tmp_path, name, password=PASSWORD, method="TTLS", phase="auth=PAP"):
    file = tmp_path / "network.conf"
    file.write_text(NETWORK.format(name=name, password=password, method=method, phase=phase, authority=radius.eap_authority))
    done = subprocess.run(
        ["eapol_test", "-c", file, "-a", "127.0.0.1", "-p", str(radius.port), "-s", SECRET, "-N", "31:s:192.0.2.7", "-t", "50"],
        capture_output=True,
        text=True,
        timeout=120,
    )
    return done.returncode == 0 and done.stdout.strip().endswith("SUCCESS"), done.stdout


def test_ttls_with_pap_comes_in(radius, jane, tmp_path):
    came, said = speak(radius, tmp_path, jane["username"])
    assert came, said[-3000:]


def test_others_do_not(radius, muster, jane, tmp_path):
    name = jane["username"]
    for more in [{"password": "wrong"}, {"phase": "auth=MSCHAPV2"}, {"method": "PEAP", "phase": "auth=MSCHAPV2"}]:
        assert not speak(radius, tmp_path, name, **more)[0], more
    muster.request("PATCH", f"/muster/v1/users/{jane['id']}", json={"enabled": False})
    assert not speak(radius, tmp_path, name)[0]
