"""Prints how many tests passed, failed and were skipped by a JUnit report, or zeros without one."""

import sys
from pathlib import Path
from xml.etree import ElementTree


def tally(report):
    passed = failed = skipped = 0
    if report.exists():
        for case in ElementTree.parse(report).iter("testcase"):
            kinds = {outcome.tag for outcome in case}
            if kinds & {"failure", "error"}:
                failed += 1
            elif "skipped" in kinds:
                skipped += 1
            else:
                passed += 1
    return passed, failed, skipped


if __name__ == "__main__":
    print(*tally(Path(sys.argv[1])))
