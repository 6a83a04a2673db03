#!/usr/bin/env python3
"""Writes an object file with as much of ICU's data as Muster needs: 2 MB of 34.

Usage: icu-data.py LIB_FOUNDATIONICU.A OBJECT

Foundation is linked statically, and brings the names of languages, currencies and units of all the world, the order of
their alphabets and the tables of their old encodings, which a server of users never asks for. What is left is the zones
of time, the forms of Unicode, and what is English. The linker takes the library's own only where no object before it
has that symbol."""

import pathlib
import re
import struct
import subprocess
import sys
import tempfile

# By their names behind the first slash.
KEPT = re.compile(
    r"""(root|en|en_US|en_001|en_US_POSIX|pool|res_index|keyTypeData|likelySubtags|supplementalData|langInfo
        |zoneinfo64|timezoneTypes|metaZones|windowsZones|icustd|icuver|numberingSystems|plurals|dayPeriods|metadata
        |currencyNumericCodes)\.res
    |(curr|lang|region|zone)/(root|en|en_US|en_001|pool|res_index|supplementalData|tzdbNames)\.res
    |cnvalias\.icu|[a-z0-9_]+\.nrm""",
    re.VERBOSE,
)
# ucmndata.h: the header's length, two bytes of magic, and the kind of the content.
MAGIC = re.compile(rb"..\xda\x27.{8}CmnD", re.DOTALL)


def fail(sentence):
    sys.exit(f"icu-data: {sentence}")


def package(archive):
    """The symbol of the data, and the bytes from their header on."""
    content = pathlib.Path(archive).read_bytes()
    found, symbol = MAGIC.search(content), re.search(rb"\0(icudt\d+_dat)\0", content)
    if not found or not symbol:
        fail(f"{archive} has no data of ICU in the form of today; see what Swift has changed")
    return symbol[1].decode(), content[found.start() :]


def reduced(content):
    """The same package with fewer items: header, count, table of names and places, names, items."""
    start = struct.unpack_from("<H", content)[0]
    count = struct.unpack_from("<I", content, start)[0]
    table = [struct.unpack_from("<II", content, start + 4 + 8 * index) for index in range(count)]
    items = []
    for index, (name_at, at) in enumerate(table):
        name = content[start + name_at : content.index(b"\0", start + name_at)]
        # The last one ends where nobody says; it is taken only if it is known by what comes behind.
        end = table[index + 1][1] if index + 1 < count else at
        if KEPT.fullmatch(name.decode().split("/", 1)[1]):
            if end == at:
                fail(f"the last item, {name.decode()}, is one that is needed")
            items.append((name, content[start + at : start + end]))
    names_at = 4 + 8 * len(items)
    place = names_at + sum(len(name) + 1 for name, _ in items)
    head, names, bodies = [struct.pack("<I", len(items))], [], []
    at = -(-place // 16) * 16
    for name, body in items:
        head.append(struct.pack("<II", names_at, at))
        names.append(name + b"\0")
        names_at += len(name) + 1
        padded = body + b"\0" * (-len(body) % 16)
        bodies.append(padded)
        at += len(padded)
    front = b"".join(head + names)
    front += b"\0" * (-len(front) % 16)
    return content[:start] + front + b"".join(bodies), len(items), count


def main():
    if len(sys.argv) != 3:
        fail("Usage: icu-data.py LIB_FOUNDATIONICU.A OBJECT")
    symbol, content = package(sys.argv[1])
    data, kept, count = reduced(content)
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "data").write_bytes(data)
        source = pathlib.Path(folder) / "data.s"
        source.write_text(
            f'.section .rodata\n.globl {symbol}\n.balign 16\n{symbol}:\n.incbin "{folder}/data"\n'
            '.section .note.GNU-stack,"",@progbits\n'
        )
        subprocess.run(["clang", "-c", str(source), "-o", sys.argv[2]], check=True)
    print(f"icu-data: {kept} of {count} items, {len(data)} bytes")


main()
