#!/usr/bin/env bash
# One would expect a hash in crypt(3)'s `$7$` form to be one that crypt(3) takes. libpass 1.9.4 (the maintained successor
# of passlib) writes the digest in crypt's alphabet `./0-9A-Za-z` and the salt in plain base64, whose `+` crypt does not
# know. So libcrypt (Debian libcrypt1 4.4.33) refuses the right password for each hash with a `+` in its salt: of salts
# of 16 bytes, made at random, about 28 in 100. The others it takes, so a trial with one or two users finds nothing.
# Matters to whoever makes hashes in Python for a shadow file or a directory that asks crypt(3), and to importers.
# Upstream: passlib/handlers/scrypt.py, b64s_encode of the salt beside h64 of the digest, in
# https://github.com/ThirVondukr/passlib; the alphabet: crypt(5) of libxcrypt, "scrypt".
# shellcheck source=findings/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

debian libcrypt1 4.4.33
pypi python libpass==1.9.4

"$folder/python/bin/python" - <<'EOF' || changed "libpass and crypt(3) no longer disagree just where a salt has a +"
import ctypes
import sys

from passlib.hash import scrypt

PASSWORD, COUNT = "correct horse", 500
crypt = ctypes.CDLL("libcrypt.so.1").crypt
crypt.restype = ctypes.c_char_p
maker = scrypt.using(ident="$7$", rounds=4)

taken, refused = [], []
for _ in range(COUNT):
    made = maker.hash(PASSWORD)
    assert scrypt.verify(PASSWORD, made)
    answer = (crypt(PASSWORD.encode(), made.encode()) or b"*").decode()
    (taken if answer == made else refused).append((made, answer))
print(f"of {COUNT} hashes crypt(3) takes {len(taken)} and refuses {len(refused)}")
if not taken or not refused:
    sys.exit(1)
print(f"taken:   {taken[0][0]}")
print(f"refused: {refused[0][0]}, answer {refused[0][1]}")


def has_plus(made):
    return "+" in made.split("$")[2]


sys.exit(not (all(has_plus(made) for made, _ in refused) and not any(has_plus(made) for made, _ in taken)))
EOF
