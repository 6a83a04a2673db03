#!/usr/bin/env bash
# Promises that everything Muster claims was run and held: lint, imports, unit and store tests, example packages, foreign
# clients, and that the server's own guards hold.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/install.sh test
scripts/check.sh
echo "== examples"
scripts/examples.sh
echo "== packages"
Tests/Package/templates_test.py
echo "== foreign clients"
Tests/Conformance/run.sh
echo "== attacks"
# The others need a machine of their own: a flood leaves little of two processors to a debug build.
Tests/Attack/run.sh fuzz unfinished
