"""The Swift client for the ActiveLogic dialect, driven from Python through the program ActiveLogicCaller."""

import json
import os
import subprocess
from pathlib import Path

CALLER = Path(os.environ.get("CALLER_BINARY") or ".build/debug/ActiveLogicCaller")
if not CALLER.is_absolute():
    CALLER = Path(__file__).resolve().parents[3] / CALLER


class Refusal(Exception):
    """An error of the Swift client: its kind, its code and its sentence."""

    def __init__(self, error):
        super().__init__(f"{error['kind']} {error['code']}: {error['message']}")
        self.kind, self.code = error["kind"], error["code"]


class SwiftClient:
    """`SwiftClient(url, name, password).addUser(name="jane", password="...")`."""

    def __init__(self, url, username, password):
        self._process = subprocess.Popen(
            [CALLER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._call("connect", url=url, username=username, password=password)

    def __getattr__(self, name):
        return lambda **arguments: self._call(name, **arguments)

    def _call(self, call, /, **arguments):
        self._process.stdin.write(json.dumps({"call": call} | arguments) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, f"the program ended at {call}"
        answer = json.loads(line)
        if "error" in answer:
            raise Refusal(answer["error"])
        return answer["result"]

    def end(self):
        self._process.stdin.close()
        assert self._process.wait(timeout=60) == 0
