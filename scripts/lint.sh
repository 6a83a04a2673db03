#!/usr/bin/env bash
# Promises that the sources are formatted, no longer than they may be, laid out alike, import only what they may, depend on
# nothing that they do not use, and read texts from outside as bytes, that commands speak through the typed client, and that the
# tests that documents name are there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

swift format lint --strict --recursive --parallel --configuration .swift-format Package.swift Sources Tests \
    Benchmarks/Package.swift Benchmarks/HotPaths Benchmarks/Signatures Examples/*/Package.swift Examples/*/Sources
scripts/check-sizes.sh
scripts/check-sizes-test.sh
scripts/check-layout.sh
scripts/check-layout-test.sh
scripts/check-imports.sh
scripts/check-imports-test.sh
scripts/check-dependencies.py
scripts/check-dependencies-test.sh
scripts/check-texts.sh
scripts/check-texts-test.sh
scripts/check-commands.sh
scripts/check-commands-test.sh
scripts/check-threat-model.sh
