"""Ports for servers that a test starts."""

import secrets
import socket
from collections import deque
from pathlib import Path

# What says, to whoever else looks here for ports, that they are given away: the newest, until this process ends.
_given = deque(maxlen=64)


def free_port(address="127.0.0.1", kind=socket.SOCK_STREAM):
    """A port that nobody has at an address, of those that nobody gets who asks for any, or connects to something.

    So it is nobody else's before it is listened on, nor while its server is started again.
    """
    first = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    ports = range(10_000, first) if first > 11_000 else range(10_000, 65_536)
    while not (is_free(port := secrets.choice(ports), address, kind) and _is_ours(port)):
        pass
    return port


def is_free(port, address="127.0.0.1", kind=socket.SOCK_STREAM):
    """Whether somebody could listen on a port now."""
    with socket.socket(type=kind) as probe:
        if kind == socket.SOCK_STREAM:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError:
            return False
        return True


def _is_ours(port):
    """Whether no other run of tests on this machine was given a port, which none is given after this one."""
    mark = socket.socket(socket.AF_UNIX)
    try:
        # A name without a file, which goes with the process.
        mark.bind(f"\0muster-tests-port-{port}")
    except OSError:
        mark.close()
        return False
    _given.append(mark)
    return True
