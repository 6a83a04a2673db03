"""Ports for servers that a test starts."""

import random
import socket
from pathlib import Path


def free_port():
    """A port that nobody has, of those that nobody gets who asks for any, or connects to something."""
    first = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    ports = range(10_000, first) if first > 11_000 else range(10_000, 65_536)
    while True:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port := random.choice(ports)))
            except OSError:
                continue
            return port
