#!/usr/bin/env bash
# Gives readers a million hostile inputs each, of which the tests have some thousands: texts as filters and paths of SCIM, none of
# which may take ten milliseconds, and damaged messages of LDAP over sockets, each of which has to be answered as it may be or to end
# its connection, and after which the server has to have the memory that it had. Fails at the first finding; what messages were sent
# last is in .build/damaged then, and MUSTER_TEST_REPLAY=FILE Tests/Conformance/run.sh damaged gives one such file alone.
# Environment: COUNT (1000000); MUSTER_BINARY takes the messages with another binary.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

fatal() { echo "hostile: $*" >&2; exit 1; }

count=${COUNT:-1000000}
[[ $count =~ ^[0-9]+$ ]] && ((count >= 1000)) || fatal "COUNT must be a number from 1000, not '$count'"
scripts/install.sh test
if [[ -z ${MUSTER_BINARY:-} ]]; then
    scripts/release.sh
    export MUSTER_BINARY=$PWD/.build/release/muster
fi
SECONDS=0
MUSTER_TESTS=SCIMAPITests MUSTER_TEST_INPUTS=$count scripts/progress.py .build/hostile.log swift test --filter HostileTests
echo "hostile: $count texts in $SECONDS s, no finding"
SECONDS=0
# A million take some ten minutes, and an hour where a slow machine gives them to a debug build.
MUSTER_TEST_SECONDS=$((2400 + count / 500)) MUSTER_TEST_MESSAGES=$count Tests/Conformance/run.sh damaged
echo "hostile: $count messages in $SECONDS s, no finding"
