"""Hashes that real programs make at this moment: each comes in, opens to its password alone, and is replaced."""

import crypt
import json
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import bcrypt
import pytest
from passlib.hash import bcrypt as passlib_bcrypt, sha512_crypt

import makers
from muster import PASSWORD, Muster, binary, environment
from test_import import counts, export, send

# A check of bcrypt at 14 takes a second; the limit is for slow machines.
SETTINGS = {
    "MUSTER_PASSWORD_ARGON2_KIBIBYTES": 2048,
    "MUSTER_PASSWORD_ARGON2_ITERATIONS": 1,
    "MUSTER_PASSWORD_IMPORT_MILLISECONDS": 20_000,
}
OWN = "$argon2id$v=19$m=2048,t=1,p=1$"


@pytest.fixture(scope="module")
def server():
    with Muster(SETTINGS) as muster:
        yield muster


def bring(server, name, made, taken=True):
    """Imports one user with a hash, and returns the answer's lines."""
    lines = send(server, [{"username": name, "password_hash": made}])
    assert counts(lines[-1]) == ((True, 1, 0, 0, 0) if taken else (False, 0, 0, 0, 1)), (made, lines)
    return lines


def stored(server, name):
    return export(server, "?hashes=true")[name]["password_hash"]


def name_of(text):
    return "".join(c if c.isalnum() else "-" for c in text.lower()) + "@example.com"


@pytest.mark.parametrize("kind", makers.MAKERS)
def test_a_hash_of_a_real_program_opens_to_its_password_and_is_replaced(server, kind):
    name = f"{list(makers.MAKERS).index(kind)}-{name_of(kind)}"
    made = makers.MAKERS[kind]()
    bring(server, name, made)
    assert stored(server, name) == made
    assert server.login(name, PASSWORD + "x").status_code == 401
    assert stored(server, name) == made
    assert server.login(name).status_code == 200
    assert stored(server, name).startswith(OWN)
    assert server.login(name).status_code == 200


def test_weak_hashes_come_in_only_where_the_setting_names_them_and_stay_when_it_goes(tmp_path):
    made = {kind: make() for kind, make in makers.WEAK.items()}
    folder = tmp_path / "data"
    with Muster(SETTINGS, data_dir=folder) as server:
        for kind, text in made.items():
            lines = bring(server, name_of(kind), text, taken=False)
            assert "password.import.weakForms" in str(lines[0]) and text not in str(lines[0])
    both = SETTINGS | {"MUSTER_PASSWORD_IMPORT_WEAK_FORMS": "SSHA256,SSHA512"}
    with Muster(both, data_dir=folder) as server:
        for kind, text in made.items():
            bring(server, name_of(kind), text)
    with Muster(SETTINGS, data_dir=folder) as server:
        for kind in made:
            assert server.login(name_of(kind), PASSWORD + "x").status_code == 401
            assert server.login(name_of(kind)).status_code == 200
            assert stored(server, name_of(kind)).startswith(OWN)


SPARE = {
    "passlib bcrypt": (lambda: passlib_bcrypt.using(rounds=5).hash(PASSWORD), True),
    "bcrypt 4": (lambda: bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(5)).decode(), True),
    "PHP bcrypt": (makers.MAKERS["bcrypt of PHP"], True),
    "htpasswd bcrypt": (makers.MAKERS["bcrypt of htpasswd"], True),
    "libxcrypt bcrypt": (lambda: crypt.crypt(PASSWORD, "$2b$05$abcdefghijklmnopqrstuu"), True),
    "passlib SHA-512": (lambda: sha512_crypt.using(rounds=5000).hash(PASSWORD), False),
    "htpasswd SHA-512": (makers.MAKERS["sha512crypt of htpasswd"], False),
    "libxcrypt SHA-512": (lambda: crypt.crypt(PASSWORD, "$6$saltsalt"), False),
}


@pytest.mark.parametrize("kind", SPARE)
def test_bits_of_a_hash_that_belong_to_nothing_shut_nobody_out(server, kind):
    make, is_bcrypt = SPARE[kind]
    made = make()
    if is_bcrypt:
        made = makers.with_spare_bits(made, -32, 0x0F, makers.BCRYPT_DIGITS)
        made = makers.with_spare_bits(made, -1, 0x03, makers.BCRYPT_DIGITS)
    else:
        made = makers.with_spare_bits(made, -1, 0x3C)
    name = name_of("spare " + kind)
    bring(server, name, made)
    assert stored(server, name) == made
    assert server.login(name, PASSWORD + "x").status_code == 401
    assert server.login(name).status_code == 200


LONG = "Walnut-Ferry-82-" + "x" * 84
BEYOND = {
    "bcrypt 4": lambda: bcrypt.hashpw(LONG.encode(), bcrypt.gensalt(5)).decode(),
    # It makes none of more than 72 bytes, so its callers cut.
    "bcrypt 5": lambda: makers.with_newer(makers.BCRYPT5, LONG[:72]),
    "PHP": lambda: makers.php('password_hash($argv[1], PASSWORD_BCRYPT, ["cost" => 5])', LONG),
    "htpasswd": lambda: makers.htpasswd("-B", "-C", "5", password=LONG),
}


@pytest.mark.parametrize("kind", BEYOND)
def test_bcrypt_knows_72_bytes_and_the_hash_that_follows_all_of_them(server, kind):
    name, made = name_of("beyond " + kind), BEYOND[kind]()
    bring(server, name, made)
    assert server.login(name, LONG[:71]).status_code == 401
    assert server.login(name, LONG).status_code == 200
    assert stored(server, name).startswith(OWN)
    assert server.login(name, LONG[:72]).status_code == 401
    assert server.login(name, LONG).status_code == 200


def pam_auth(server, name, password=PASSWORD):
    """The exit code of `muster pam-auth`, as PAM runs it."""
    done = subprocess.run(
        [binary(), "pam-auth", "--socket", server.data_dir / "agent.sock"],
        input=password.encode(), capture_output=True, timeout=60,
        env=environment({"PAM_TYPE": "auth", "PAM_USER": name, "PAM_RHOST": "127.0.0.1"}),
    )
    return done.returncode, done.stderr.decode()


def tenable(server, name, password):
    return server.login(name, password).status_code == 200


def activelogic(server, name, password):
    body = {"username": name, "password": password}
    answer = server.request("POST", "/activelogic/v1/sessions", json=body, keys=None)
    return answer.status_code == 200


def authenticate(server, name, password):
    body = {"username": name, "password": password, "ip_address": "192.0.2.7"}
    answer = server.request("POST", "/activelogic/v1/authenticate", json=body)
    return answer.status_code == 200


def pam(server, name, password):
    return pam_auth(server, name, password)[0] == 0


@pytest.mark.parametrize("way", [tenable, activelogic, authenticate, pam])
def test_every_way_in_that_sees_the_password_replaces_the_hash(server, way):
    name, made = f"way-{way.__name__}@example.com", makers.MAKERS["bcrypt of PHP"]()
    bring(server, name, made)
    assert not way(server, name, PASSWORD + "x")
    assert stored(server, name) == made
    assert way(server, name, PASSWORD)
    own = stored(server, name)
    assert own.startswith(OWN)
    assert way(server, name, PASSWORD)
    assert stored(server, name) == own


def dear():
    """A hash whose check takes about a second, as much else as this machine has to do now."""
    for cost in (14, 13, 12, 11, 10):
        begun = time.monotonic()
        made = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(cost)).decode()
        if time.monotonic() - begun < 1.5:
            break
    return made


def test_four_right_passwords_of_dear_hashes_at_once_all_come_in_by_pam(server):
    # Four people, and one who comes four times.
    for number, people in enumerate((range(4), [0] * 4)):
        # PAM waits for twenty seconds. What else a machine does makes it longer, and may begin after the hash was made.
        for turn in range(4):
            names = [f"dear-{number}-{turn}-{person}@example.com" for person in people]
            made = dear()
            for name in sorted(set(names)):
                bring(server, name, made)
            begun = time.monotonic()
            with ThreadPoolExecutor(4) as pool:
                answers = list(pool.map(lambda name: pam_auth(server, name), names))
            if all("deadline" not in said.lower() and code != -signal.SIGALRM for code, said in answers):
                break
        assert answers == [(0, "")] * 4, (answers, time.monotonic() - begun)
        assert all(stored(server, name).startswith(OWN) for name in names)


def test_an_export_says_which_hashes_will_not_open_where(server):
    made = {
        "crypt": ("{CRYPT}$6$saltsalt$" + "a" * 85 + ".", ""),
        "ds": (makers.MAKERS["PBKDF2-SHA256 of 389-ds"](), "16 bytes"),
        "slapd": (makers.MAKERS["PBKDF2-SHA256 of OpenLDAP"](), ""),
    }
    assert makers.salt_bytes(made["ds"][0]) == 24 and makers.salt_bytes(made["slapd"][0]) == 16
    # What 389-ds takes was asked of it.
    for kind in ("ds", "slapd"):
        assert "ok" in makers.run("pwdhash", "-c", made[kind][0], PASSWORD).lower()
    for kind, (text, _) in made.items():
        bring(server, f"export-{kind}@example.com", text)
    keys = dict(zip(("MUSTER_ACCESS_KEY", "MUSTER_SECRET_KEY"), server.admin_keys))

    def warned(place):
        done = subprocess.run(
            [binary(), "users", "export", "--hashes", "--for", place],
            env=environment(keys | {"MUSTER_URL": server.url}),
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
        )
        assert done.returncode == 0, done.stderr
        assert {json.loads(line)["username"] for line in done.stdout.splitlines()} >= {
            f"export-{kind}@example.com" for kind in made
        }
        return {
            line.split(": ")[1]: line for line in done.stderr.splitlines() if "export-" in line
        }

    slapd = warned("slapd")
    assert set(slapd) == {"export-ds@example.com"} and "16 bytes" in slapd["export-ds@example.com"]
    assert warned("389ds") == {}
    assert set(warned("linux")) == {f"export-{kind}@example.com" for kind in made}
    done = subprocess.run(
        [binary(), "users", "export", "--for", "slapd"], env=environment(keys),
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
    )
    assert done.returncode == 64 and "--hashes" in done.stderr
