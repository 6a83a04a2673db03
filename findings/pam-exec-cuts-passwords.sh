#!/usr/bin/env bash
# One would expect a PAM module that hands a password to a program to hand on all of it, or to refuse the login where it
# cannot. pam_exec of Linux-PAM 1.5.2 (Debian libpam-modules 1.5.2-6) hands on the first 511 bytes, without a word and
# without a NUL at the end, so the program cannot tell a password of 511 bytes from the beginning of a longer one.
# The manual page says PAM_MAX_RESP_SIZE bytes, which is 512: it is one less. The application's side has no such bound.
# Matters to whoever checks passwords or tokens behind pam_exec and lets people set ones of 512 bytes or more: they are
# set, and never come in.
# Upstream: https://github.com/linux-pam/linux-pam/issues/487
# shellcheck source=findings/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

debian libpam-modules 1.5.2
module=$(found "/lib/*/security/pam_exec.so")

cat >"$folder/checker" <<EOF
#!/bin/sh
cat >"$folder/seen"
EOF
chmod +x "$folder/checker"
mkdir "$folder/services"
echo "auth required $module quiet expose_authtok $folder/checker" >"$folder/services/finding"

# An application of PAM's: it answers each question with a password of the length given.
cat >"$folder/application.py" <<'EOF'
import ctypes
import sys
from ctypes import CFUNCTYPE, POINTER, byref, c_char_p, c_int, c_size_t, c_void_p

services, length = sys.argv[1].encode(), int(sys.argv[2])
pam, libc = ctypes.CDLL("libpam.so.0"), ctypes.CDLL(None)
libc.strdup.restype = libc.calloc.restype = c_void_p
libc.strdup.argtypes, libc.calloc.argtypes = [c_char_p], [c_size_t, c_size_t]


class Response(ctypes.Structure):
    _fields_ = [("text", c_void_p), ("code", c_int)]


Answer = CFUNCTYPE(c_int, c_int, c_void_p, POINTER(POINTER(Response)), c_void_p)


class Conversation(ctypes.Structure):
    _fields_ = [("answer", Answer), ("data", c_void_p)]


def answer(count, messages, responses, data):
    given = ctypes.cast(libc.calloc(count, ctypes.sizeof(Response)), POINTER(Response))
    for index in range(count):
        given[index].text = libc.strdup(b"x" * length)
    responses[0] = given
    return 0


handle, callback = c_void_p(), Answer(answer)
assert pam.pam_start_confdir(b"finding", b"guest", byref(Conversation(callback, None)), services, byref(handle)) == 0
result = pam.pam_authenticate(handle, 0)
pam.pam_end(handle, result)
sys.exit(result)
EOF

for length in 510 511 512 1024; do
    python3 "$folder/application.py" "$folder/services" "$length" || changed "a password of $length bytes is refused"
    bytes=$(wc -c <"$folder/seen")
    letters=$(tr -cd x <"$folder/seen" | wc -c)
    echo "password of $length bytes: the program reads $bytes bytes, $letters of them the password's; PAM says success"
    wanted=$((length < 511 ? length : 511))
    [[ $bytes == "$wanted" && $letters == "$wanted" ]] ||
        changed "of a password of $length bytes the program reads $bytes, not $wanted"
done
