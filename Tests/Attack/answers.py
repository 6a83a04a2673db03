"""Reading the server's answers, and judging each of them."""

import collections

from server import Finding


class Answers:
    """What came back, by status. An error of the server that is not 503 with `Retry-After` is a finding."""

    def __init__(self):
        self.statuses = collections.Counter()

    def __str__(self):
        counts = ", ".join(f"{count:,} of {status}" for status, count in sorted(self.statuses.items()))
        return counts or "no answers"

    def judge(self, status, head, request):
        """Counts one answer. `request` is quoted where it is a finding."""
        self.statuses[status] += 1
        if status >= 500 and not (status == 503 and b"\r\nretry-after:" in head.lower()):
            raise Finding(f"{status} to {bytes(request[:1000])!r}")


class Reader:
    """Takes answers out of the bytes of one connection."""

    def __init__(self):
        self.buffer = bytearray()
        self.head = b""
        self.status = 0
        # What is missing of a body: its bytes, or None where it comes in chunks.
        self.missing = 0
        self.is_inside = False

    def feed(self, data, method=b"GET"):
        """Takes bytes; returns the answers that are whole now, as (status, head)."""
        self.buffer += data
        whole = []
        while self._advance(method):
            if not self.is_inside and self.status >= 200:
                whole.append((self.status, self.head))
                self.status = 0
        return whole

    def _advance(self, method):
        if not self.is_inside:
            end = self.buffer.find(b"\r\n\r\n")
            if end < 0:
                if len(self.buffer) > 1_000_000:
                    raise Finding("a head of an answer without an end")
                return False
            self.head = bytes(self.buffer[: end + 4])
            del self.buffer[: end + 4]
            self._begin(method)
            return True
        if self.missing is None:
            return self._chunk()
        taken = min(self.missing, len(self.buffer))
        del self.buffer[:taken]
        self.missing -= taken
        self.is_inside = self.missing > 0
        return taken > 0

    def _begin(self, method):
        words = self.head.split(b" ", 2)
        if not words[0].startswith(b"HTTP/1.") or not words[1].isdigit():
            raise Finding(f"this is no answer: {self.head[:200]!r}")
        self.status = int(words[1])
        fields = self.head.lower()
        self.missing = 0
        if b"\r\ntransfer-encoding: chunked" in fields:
            self.missing = None
        elif (at := fields.find(b"\r\ncontent-length:")) >= 0:
            self.missing = int(fields[at + 17 :].split(b"\r\n", 1)[0])
        has_body = self.status >= 200 and self.status not in (204, 304) and method != b"HEAD"
        self.is_inside = has_body and self.missing != 0

    def _chunk(self):
        line = self.buffer.find(b"\r\n")
        if line < 0:
            return False
        size = int(bytes(self.buffer[:line]).split(b";")[0], 16)
        if len(self.buffer) < line + size + 4:
            return False
        del self.buffer[: line + size + 4]
        self.is_inside = size > 0
        return True
