#!/usr/bin/env python3
"""Writes an OCI image (image-spec 1.0, as a tar of its layout) with one layer: a program and what it needs to run.

Usage: image.py PROGRAM VERSION SECONDS FILE

The same program, libraries and time make the same bytes."""

import gzip
import hashlib
import io
import json
import pathlib
import platform
import subprocess
import sys
import tarfile
import time

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
USER = 65532
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
ACCOUNTS = {
    "etc/passwd": f"root:x:0:0:root:/:/nonexistent\nmuster:x:{USER}:{USER}:Muster:/data:/nonexistent\n",
    "etc/group": f"root:x:0:\nmuster:x:{USER}:\n",
    "etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
}


def libraries(program):
    """Paths of what the loader takes for a program, and of the loader."""
    done = subprocess.run(["ldd", program], capture_output=True, text=True)
    if done.returncode != 0 or "not found" in done.stdout:
        sys.exit(f"image: the program's libraries are not all there: {done.stdout}{done.stderr}")
    return sorted({word for line in done.stdout.splitlines() for word in line.split() if word.startswith("/")})


class Layer:
    """A tar whose entries say nothing of the machine that it was made on."""

    def __init__(self, seconds):
        self.bytes = io.BytesIO()
        self.tar = tarfile.open(fileobj=self.bytes, mode="w", format=tarfile.USTAR_FORMAT)
        self.seconds = seconds
        self.folders = set()

    def entry(self, name, kind, mode, content=None, owner=0):
        info = tarfile.TarInfo(name)
        info.type, info.mode, info.mtime = kind, mode, self.seconds
        info.uid = info.gid = owner
        if content is not None:
            info.size = len(content)
        self.tar.addfile(info, io.BytesIO(content) if content is not None else None)

    def folder(self, name, mode=0o755, owner=0):
        for parent in reversed(pathlib.PurePosixPath(name).parents):
            if str(parent) not in (".", *self.folders):
                self.folder(str(parent))
        if name not in self.folders:
            self.folders.add(name)
            self.entry(name, tarfile.DIRTYPE, mode, owner=owner)

    def file(self, name, content, mode=0o644):
        self.folder(str(pathlib.PurePosixPath(name).parent))
        self.entry(name, tarfile.REGTYPE, mode, content)

    def done(self):
        self.tar.close()
        return self.bytes.getvalue()


def layer(program, seconds):
    made = Layer(seconds)
    for name, text in ACCOUNTS.items():
        made.file(name, text.encode())
    if pathlib.Path(CERTIFICATES).exists():
        made.file(CERTIFICATES[1:], pathlib.Path(CERTIFICATES).read_bytes())
    for path in libraries(program):
        made.file(path[1:], pathlib.Path(path).read_bytes(), 0o755)
    made.file("usr/bin/muster", pathlib.Path(program).read_bytes(), 0o755)
    # A volume that is empty takes this mode; another user id than the image's needs one that it may write to itself.
    made.folder("data", 0o700, USER)
    made.folder("tmp", 0o1777)
    return made.done()


def main():
    if len(sys.argv) != 5:
        sys.exit("image: image.py PROGRAM VERSION SECONDS FILE")
    program, version, seconds, file = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
    architecture = ARCHITECTURES.get(platform.machine()) or sys.exit(f"image: no name for {platform.machine()}")
    created = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
    plain = layer(program, seconds)
    blobs = {}

    def blob(kind, content):
        digest = "sha256:" + hashlib.sha256(content).hexdigest()
        blobs[digest] = content
        return {"mediaType": f"application/vnd.oci.image.{kind}", "digest": digest, "size": len(content)}

    pressed = blob("layer.v1.tar+gzip", gzip.compress(plain, 6, mtime=0))
    settings = json.loads((REPOSITORY / "packaging/oci/config.json").read_text())
    settings["Labels"] = {
        "org.opencontainers.image.title": "muster",
        "org.opencontainers.image.version": version,
        "org.opencontainers.image.licenses": "Apache-2.0",
    }
    config = {
        "created": created,
        "architecture": architecture,
        "os": "linux",
        "config": settings,
        "rootfs": {"type": "layers", "diff_ids": ["sha256:" + hashlib.sha256(plain).hexdigest()]},
        "history": [{"created": created, "created_by": "scripts/image.py"}],
    }

    def text(value):
        return json.dumps(value, sort_keys=True).encode()

    described = blob("config.v1+json", text(config))
    manifest = blob(
        "manifest.v1+json",
        text(
            {
                "schemaVersion": 2,
                "mediaType": "application/vnd.oci.image.manifest.v1+json",
                "config": described,
                "layers": [pressed],
            }
        ),
    )
    manifest["annotations"] = {"org.opencontainers.image.ref.name": version}
    image = Layer(seconds)
    image.file("oci-layout", text({"imageLayoutVersion": "1.0.0"}))
    image.file("index.json", text({"schemaVersion": 2, "manifests": [manifest]}))
    for digest, content in sorted(blobs.items()):
        image.file("blobs/" + digest.replace(":", "/"), content)
    pathlib.Path(file).write_bytes(image.done())


main()
