#!/usr/bin/env bash
# Promises that everything Muster claims was run and held: lint, imports, unit and store tests, example packages, foreign
# clients, and that the server's own guards hold.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Says what comes next, and how much of the time is gone.
next() { echo "== $1 ($((SECONDS / 60)) min)"; }

scripts/install.sh test
scripts/check.sh
next examples
scripts/examples.sh
next packages
Tests/Package/templates_test.py
next "foreign clients"
Tests/Conformance/run.sh
next attacks
# The others need a machine of their own: a flood leaves little of two processors to a debug build.
Tests/Attack/run.sh fuzz unfinished
