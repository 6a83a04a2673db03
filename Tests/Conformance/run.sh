#!/usr/bin/env bash
# Runs real foreign clients against the built server: each suite in a virtual environment of its own.
# Promises to fail when a test failed or was skipped, or when a suite ran nothing. Usage: run.sh [suite ...]
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(cd "$here/../.." && pwd)
work=$repository/.build/venvs
export MUSTER_BINARY=${MUSTER_BINARY:-$repository/.build/debug/muster}
export PYTHONDONTWRITEBYTECODE=1 PIP_DISABLE_PIP_VERSION_CHECK=1

fatal() { echo "foreign client checks: $*" >&2; exit 2; }

# The suites: name, folder of tests, requirements.
declare -A folder=([pytenable-26]=pytenable [pytenable-1]=pytenable [restfly-2]=restfly_2 [dialects]=dialects)
declare -A requirements=(
    [pytenable-26]=requirements-26.txt [pytenable-1]=requirements-1.txt [restfly-2]=requirements-restfly.txt
    [dialects]=requirements-26.txt
)
suites=(pytenable-26 pytenable-1 restfly-2 dialects)
if [[ -d $here/http ]]; then
    suites+=(http load) requirements[http]=requirements-http.txt requirements[load]=requirements-http.txt
    # What puts a load on the server, or measures it, has the machine to itself.
    folder[load]=$(printf 'http/test_%s.py ' connections durability limits lists_end memory unread)
    folder[http]="http $(printf -- '--ignore=%s ' ${folder[load]})"
fi
if [[ -d $here/ssh ]]; then
    suites+=(ssh) folder[ssh]=ssh requirements[ssh]=requirements-ssh.txt
fi
if [[ -d $here/passkeys ]]; then
    suites+=(passkeys) folder[passkeys]=passkeys requirements[passkeys]=requirements-passkeys.txt
fi
if [[ -d $here/console ]]; then
    suites+=(console) folder[console]=console requirements[console]=requirements-console.txt
fi
if [[ -d $here/ldap ]]; then
    suites+=(ldap) folder[ldap]=ldap requirements[ldap]=requirements-ldap.txt
fi
if [[ -d $here/bulk ]]; then
    suites+=(bulk) folder[bulk]=bulk requirements[bulk]=requirements-bulk.txt
fi
if [[ -d $here/commands ]]; then
    suites+=(commands) folder[commands]=commands requirements[commands]=requirements-commands.txt
fi
if [[ -d $here/delivery ]]; then
    suites+=(delivery) folder[delivery]=delivery requirements[delivery]=requirements-delivery.txt
fi
if [[ -d $here/documents ]]; then
    suites+=(documents) folder[documents]=documents requirements[documents]=requirements-documents.txt
fi
(($# == 0)) || suites=("$@")
for suite in "${suites[@]}"; do
    [[ -n ${folder[$suite]:-} ]] || fatal "no suite $suite; there are: ${!folder[*]}"
done
[[ -x $MUSTER_BINARY ]] || fatal "no server at $MUSTER_BINARY; build it first or set MUSTER_BINARY"

# What the dialects' suite runs beside the server. `make test` has built it anew; whoever runs the suite alone may have not.
if [[ " ${suites[*]} " == *" dialects "* ]]; then
    export ONBOARDING_BINARY=${ONBOARDING_BINARY:-$repository/.build/examples/debug/Onboarding}
    [[ -x $ONBOARDING_BINARY ]] || "$repository/scripts/examples.sh"
fi

# Makes the virtual environment of a suite, anew when its requirements have changed.
prepare() {
    local venv=$work/$1 wanted=$here/${requirements[$1]}
    cmp -s "$wanted" "$venv/requirements.txt" && return
    rm -rf "$venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --requirement "$wanted"
    cp "$wanted" "$venv/requirements.txt"
}

# Runs a suite: what it says goes to standard output, and how many of its tests passed and failed into a file.
run() {
    local suite=$1 report=$work/$1.xml apart=() verdict=0 passed failed skipped
    echo "== $suite"
    prepare "$suite"
    rm -f "$report"
    # Runs that make accounts make them on a machine of their own.
    [[ $suite != ssh ]] || apart=("$here/ssh/apart.sh")
    # The longest takes a quarter of an hour here and twice that on a slow machine; one that hangs is one that fails.
    (cd "$here" && timeout --foreground --kill-after=10 2400 "${apart[@]}" "$work/$suite/bin/python" -m pytest -q \
        --disable-warnings -p no:cacheprovider --junit-xml="$report" ${folder[$suite]}) || verdict=1
    read -r passed failed skipped < <("$work/$suite/bin/python" "$here/tally.py" "$report")
    ((skipped == 0)) || { echo "$suite: $skipped skipped, which counts as failed" >&2; verdict=1; }
    ((passed > 0)) || { echo "$suite: nothing passed" >&2; verdict=1; }
    failed=$((failed + skipped))
    ((failed == 0)) || verdict=1
    echo "$passed $failed $verdict" > "$work/$suite.result"
}

# Runs suites one behind the other, each into a file.
lane() {
    local suite
    for suite in "$@"; do run "$suite" > "$work/$suite.log" 2>&1; done
}

mkdir -p "$work"
for suite in "${suites[@]}"; do rm -f "$work/$suite".{result,log}; done
if ((${#suites[@]} == 1)); then
    run "${suites[0]}"
else
    # One suite takes as long as half of the others, and all of them mostly wait: for the disk, for clocks, for programs to end.
    others=()
    for suite in "${suites[@]}"; do [[ $suite == http || $suite == load ]] || others+=("$suite"); done
    [[ " ${suites[*]} " != *" http "* ]] || lane http &
    lane "${others[@]}" &
    wait
    [[ " ${suites[*]} " != *" load "* ]] || lane load
    for suite in "${suites[@]}"; do cat "$work/$suite.log"; done
fi

lines=() passed_sum=0 failed_sum=0 verdict=0
for suite in "${suites[@]}"; do
    read -r passed failed bad < "$work/$suite.result" || fatal "$suite did not come to an end"
    passed_sum=$((passed_sum + passed)) failed_sum=$((failed_sum + failed))
    ((bad == 0)) || verdict=1
    lines+=("foreign client checks: $suite: $passed passed, $failed failed")
done
printf '%s\n' "${lines[@]}" "$passed_sum passed, $failed_sum failed"
exit "$verdict"
