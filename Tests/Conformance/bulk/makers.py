"""Real programs that make password hashes: of Debian (see scripts/install.sh) and of PyPI."""

import base64
import os
import shutil
import subprocess
import sys
from pathlib import Path

from muster import PASSWORD

SECONDS = 60
HERE = Path(__file__).resolve().parent
NEWER = HERE.parent / "requirements-bulk-newer.txt"

DJANGO = """
import sys
from django.conf import settings
names = ("Argon2", "BCryptSHA256", "BCrypt", "PBKDF2")
settings.configure(PASSWORD_HASHERS=[f"django.contrib.auth.hashers.{n}PasswordHasher" for n in names])
from django.contrib.auth import hashers
argon2 = hashers.get_hasher("argon2")
argon2.time_cost, argon2.memory_cost, argon2.parallelism = 1, 1024, 2
for name in ("bcrypt_sha256", "bcrypt"):
    hashers.get_hasher(name).rounds = 5
hashers.get_hasher("pbkdf2_sha256").iterations = 5000
print(hashers.make_password(sys.argv[1], hasher=sys.argv[2]))
"""
LIBPASS = """
import sys
from passlib.hash import scrypt
while True:
    made = scrypt.using(rounds=8, block_size=8, parallelism=1, ident="$7$").hash(sys.argv[1])
    if ("+" in made.split("$")[2]) == (sys.argv[2] == "plus"):
        break
print(made)
"""
BCRYPT5 = "import bcrypt, sys; print(bcrypt.hashpw(sys.argv[1].encode(), bcrypt.gensalt(5)).decode())"


def run(*command, **options):
    """What a program prints; it has to be there and to succeed."""
    program = shutil.which(command[0], path=os.environ["PATH"] + ":/usr/sbin")
    assert program, f"{command[0]} is not installed; see scripts/install.sh"
    done = subprocess.run(
        [program, *command[1:]], capture_output=True, text=True, timeout=SECONDS,
        stdin=subprocess.DEVNULL, **options,
    )
    assert done.returncode == 0, (command[0], done.returncode, done.stderr)
    return done.stdout.strip()


def newer():
    """The folder with the packages of requirements-bulk-newer.txt, made once."""
    place = Path(sys.prefix).with_name("bulk-newer")
    mark = place / NEWER.name
    if not mark.exists() or mark.read_bytes() != NEWER.read_bytes():
        shutil.rmtree(place, ignore_errors=True)
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", place, "-r", NEWER]
        subprocess.run(pip, check=True, timeout=900)
        shutil.copy(NEWER, mark)
    return place


def with_newer(script, *words):
    return run(sys.executable, "-c", script, *words, env=os.environ | {"PYTHONPATH": str(newer())})


def slappasswd(module, scheme, password=PASSWORD):
    return run("slappasswd", "-o", f"module-load={module}", "-h", scheme, "-s", password)


def php(code, password=PASSWORD):
    return run("php", "-r", f"echo {code};", password)


def htpasswd(*options, password=PASSWORD):
    return run("htpasswd", "-nb", *options, "u", password).partition(":")[2].strip()


MAKERS = {
    "yescrypt of mkpasswd": lambda: run("mkpasswd", "-m", "yescrypt", PASSWORD),
    "yescrypt of slappasswd": lambda: run("slappasswd", "-h", "{CRYPT}", "-c", "$y$j75$%.8s", "-s", PASSWORD),
    "scrypt of mkpasswd": lambda: run("mkpasswd", "-m", "scrypt", PASSWORD),
    "scrypt of libpass": lambda: with_newer(LIBPASS, PASSWORD, "plain"),
    "scrypt of libpass with a plus": lambda: with_newer(LIBPASS, PASSWORD, "plus"),
    "sha256crypt of mkpasswd": lambda: run("mkpasswd", "-m", "sha256crypt", PASSWORD),
    "sha512crypt of mkpasswd": lambda: run("mkpasswd", "-m", "sha512crypt", PASSWORD),
    "sha256crypt of htpasswd": lambda: htpasswd("-2"),
    "sha512crypt of htpasswd": lambda: htpasswd("-5"),
    "bcrypt of htpasswd": lambda: htpasswd("-B", "-C", "5"),
    "bcrypt of htpasswd in braces": lambda: "{BCRYPT}" + htpasswd("-B", "-C", "5"),
    "bcrypt of PHP": lambda: php('password_hash($argv[1], PASSWORD_BCRYPT, ["cost" => 5])'),
    "bcrypt of bcrypt 5": lambda: with_newer(BCRYPT5, PASSWORD),
    "Argon2id of PHP": lambda: php("password_hash($argv[1], PASSWORD_ARGON2ID)"),
    "Argon2i of PHP": lambda: php("password_hash($argv[1], PASSWORD_ARGON2I)"),
    "Argon2 of OpenLDAP": lambda: slappasswd("argon2", "{ARGON2}"),
    "PBKDF2-SHA256 of OpenLDAP": lambda: slappasswd("pw-pbkdf2", "{PBKDF2-SHA256}"),
    "PBKDF2-SHA512 of OpenLDAP": lambda: slappasswd("pw-pbkdf2", "{PBKDF2-SHA512}"),
    "PBKDF2_SHA256 of 389-ds": lambda: run("pwdhash", "-s", "PBKDF2_SHA256", PASSWORD),
    "PBKDF2-SHA256 of 389-ds": lambda: run("pwdhash", "-s", "PBKDF2-SHA256", PASSWORD),
    "PBKDF2-SHA512 of 389-ds": lambda: run("pwdhash", "-s", "PBKDF2-SHA512", PASSWORD),
    "crypt of 389-ds": lambda: run("pwdhash", "-s", "CRYPT-SHA512", PASSWORD),
    "Argon2 of Django": lambda: with_newer(DJANGO, PASSWORD, "argon2"),
    "bcrypt_sha256 of Django": lambda: with_newer(DJANGO, PASSWORD, "bcrypt_sha256"),
    "bcrypt of Django": lambda: with_newer(DJANGO, PASSWORD, "bcrypt"),
    "PBKDF2 of Django": lambda: with_newer(DJANGO, PASSWORD, "pbkdf2_sha256"),
}

WEAK = {
    "SSHA512 of OpenLDAP": lambda: slappasswd("pw-sha2", "{SSHA512}"),
    "SSHA256 of OpenLDAP": lambda: slappasswd("pw-sha2", "{SSHA256}"),
    "SSHA512 of 389-ds": lambda: run("pwdhash", "-s", "SSHA512", PASSWORD),
}

BCRYPT_DIGITS = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
CRYPT_DIGITS = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def with_spare_bits(text, place, bits, digits=CRYPT_DIGITS):
    """The hash with all of the spare `bits` of one digit set."""
    place %= len(text)
    return text[:place] + digits[digits.index(text[place]) | bits] + text[place + 1 :]


def salt_bytes(text):
    """How many bytes the salt of a PBKDF2 hash has."""
    salt = text.split("$")[1].replace(".", "+").rstrip("=")
    return len(base64.b64decode(salt + "=" * (-len(salt) % 4)))
