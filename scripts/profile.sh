#!/usr/bin/env bash
# Where the time of a look-up goes, in microseconds; see scripts/bench.sh.
exec "$(dirname "${BASH_SOURCE[0]}")/bench.sh" shape
