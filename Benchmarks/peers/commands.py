"""How long commands take from the start of their process to its end: keys as sshd asks for them, and a list of users."""

import base64
import json
import struct
import subprocess
import time
from statistics import median

from processes import environment, said
from servers import FIRST_ID, binary

KEYS = 3
TIMES = 40


def key_line(number):
    """A public key of Ed25519 as it stands in a file; nobody has the other half."""
    kind = b"ssh-ed25519"
    blob = struct.pack(">I", len(kind)) + kind + struct.pack(">I", 32) + bytes([number + 1]) * 32
    return f"{kind.decode()} {base64.b64encode(blob).decode()} key{number}"


def measure(work, muster):
    """Milliseconds: what `muster authorized-keys` adds to `cat` of a file of the same keys, and `muster users list`."""
    user = f"/muster/v1/users/{FIRST_ID}"
    for number in range(KEYS):
        body = json.dumps({"key": key_line(number)})
        status, text = muster.request("POST", f"{user}/ssh-keys", body, **{"Content-Type": "application/json"})
        if status not in (200, 201):
            raise SystemExit(f"bench: a key was refused: {status} {text.decode()}")
    name = json.loads(muster.request("GET", user)[1])["username"]
    ask = [binary(), "authorized-keys", "--socket", muster.work / "data/agent.sock", "--", name]
    file = work / "authorized_keys"
    file.write_text(said(ask))
    if file.read_text().count("ssh-ed25519") != KEYS:
        raise SystemExit(f"bench: authorized-keys has printed {file.read_text()!r}")
    access, secret = (part.split("=", 1)[1] for part in muster.keys.split(";"))
    values = {"MUSTER_URL": f"http://127.0.0.1:{muster.port}", "MUSTER_ACCESS_KEY": access, "MUSTER_SECRET_KEY": secret}
    listing = [binary(), "users", "list", "--limit", "50"]
    asked = {"keys": (ask, None), "cat": (["cat", file], None), "list": (listing, values)}
    times = {what: [] for what in asked}
    for turn in range(TIMES):
        for what in sorted(asked, reverse=turn % 2 == 1):
            times[what].append(took(*asked[what]))
    keys, cat, listed = (median(times[what]) for what in ("keys", "cat", "list"))
    return {"authorized-keys": keys - cat, "cat": cat, "users list": listed}


def took(command, values):
    """Milliseconds from the start of a process to its end."""
    began = time.monotonic()
    done = subprocess.run([str(word) for word in command], env=environment(values), capture_output=True)
    spent = (time.monotonic() - began) * 1000
    if done.returncode != 0 or not done.stdout:
        raise SystemExit(f"bench: {command[1]} has failed: {done.stderr.decode()}")
    return spent
