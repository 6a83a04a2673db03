#!/usr/bin/env bash
# Runs real foreign clients against the built server: each suite in a virtual environment of its own.
# Promises to fail when a test failed or was skipped, or when a suite ran nothing. Usage: run.sh [suite ...]
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(cd "$here/../.." && pwd)
work=$repository/.build/venvs
export MUSTER_BINARY=${MUSTER_BINARY:-$repository/.build/debug/muster}
export PYTHONDONTWRITEBYTECODE=1 PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
# Programs and browsers speak English, and have the hours of nowhere, whatever the machine does.
export LC_ALL=C.UTF-8 TZ=UTC
unset LANGUAGE

fatal() { echo "foreign client checks: $*" >&2; exit 2; }

# The suites, those first that take longest: name, tests, requirements, and where two have the same, the environment of which.
declare -A folder requirements environment
suites=()
suite() {
    suites+=("$1")
    folder[$1]=$2 requirements[$1]=requirements-$3.txt environment[$1]=${4:-$1}
}
files() { printf "$1/test_%s.py " "${@:2}"; }
but() { printf '%s ' "$1"; printf -- '--ignore=%s ' $2; }

# What puts a load on the server, or measures it, has the machine to itself.
load=$(files http connections durability limits lists_end memory unread)
described=$(files http contract bodies)
written=$(files commands files transcripts completions)
# Those of the commands that ask a server. The others are about a data folder, or show numbers that have no gaps.
in_postgres=$(files commands answers factors login_codes many marks naming output own_account owners questions radius scim \
    strangers terminal together truth whole)
# Of which there may be very many (scripts/hostile.sh).
damaged=$(files ldap damaged)
# One word of a provider shuts every way in: sshd's, too.
shut=$(files scim shut)
suite commands "$(but commands "$written")" commands
suite http "$(but http "$load $described")" http
suite postgres-commands "$in_postgres" commands commands
suite described "$described" http http
suite written "$written" commands commands
suite pytenable-26 pytenable 26
suite pytenable-1 pytenable 1
suite ssh ssh ssh
suite console console console
suite passkeys passkeys passkeys
suite passkeys-2 "$(files passkeys verdicts)" passkeys-2
suite bulk bulk bulk
suite delivery delivery delivery
suite documents documents documents
suite ldap "$(but ldap "$damaged")" ldap
suite radius radius radius
suite damaged "$damaged" ldap ldap
suite scim "$(but scim "$shut")" scim
suite shut "$shut" scim scim
suite restfly-2 restfly_2 restfly
suite dialects dialects 26 pytenable-26
# What stands in PostgreSQL is another store's, so that pyTenable, the ActiveLogic client, sshd with PAM, and the commands go through
# it, too.
suite postgres pytenable 26 pytenable-26
suite postgres-dialects dialects 26 pytenable-26
suite postgres-ssh "$(files ssh keys passwords)" ssh ssh
suite cluster cluster 26 pytenable-26
suite load "$load" http http
(($# == 0)) || suites=("$@")
for suite in "${suites[@]}"; do
    [[ -n ${folder[$suite]:-} ]] || fatal "no suite $suite; there are: ${!folder[*]}"
done
[[ -x $MUSTER_BINARY ]] || fatal "no server at $MUSTER_BINARY; build it first or set MUSTER_BINARY"

# What the dialects' suite runs beside the server. `make test` has built it; whoever runs the suite alone may have not.
if [[ " ${suites[*]} " == *"dialects "* ]]; then
    export ONBOARDING_BINARY=${ONBOARDING_BINARY:-$repository/.build/examples/debug/Onboarding}
    [[ -x $ONBOARDING_BINARY ]] || "$repository/scripts/examples.sh"
fi

# Makes the virtual environment of a suite, again when its requirements have changed.
prepare() {
    local venv=$work/${environment[$1]} wanted=$here/${requirements[$1]}
    exec {held}> "$venv.lock"
    flock "$held"
    if ! cmp -s "$wanted" "$venv/requirements.txt"; then
        rm -rf "$venv"
        python3 -m venv "$venv"
        "$venv/bin/pip" install --quiet --requirement "$wanted"
        cp "$wanted" "$venv/requirements.txt"
    fi
    exec {held}>&-
}

# Runs a suite: what it says goes to standard output, and how many of its tests passed and failed into a file.
run() {
    local suite=$1 report=$work/$1.xml python=$work/${environment[$1]}/bin/python apart=() verdict=0 passed failed skipped
    echo "== $suite"
    prepare "$suite"
    rm -f "$report"
    # Runs that make accounts make them on a machine of their own.
    [[ $suite != *ssh && $suite != shut ]] || apart=("$here/ssh/apart.sh")
    [[ $suite != postgres* ]] || apart=(env MUSTER_TEST_STORE=postgres "${apart[@]}")
    # The longest takes a quarter of an hour here and four times that on a slow machine; one that hangs is one that fails.
    (cd "$here" && timeout --foreground --kill-after=10 "${MUSTER_TEST_SECONDS:-4800}" "${apart[@]}" "$python" -m pytest -q \
        --disable-warnings -p no:cacheprovider --junit-xml="$report" ${folder[$suite]}) || verdict=1
    read -r passed failed skipped < <("$python" "$here/tally.py" "$report")
    ((skipped == 0)) || { echo "$suite: $skipped skipped, which counts as failed" >&2; verdict=1; }
    ((passed > 0)) || { echo "$suite: nothing passed" >&2; verdict=1; }
    failed=$((failed + skipped))
    ((failed == 0)) || verdict=1
    echo "$passed $failed $verdict" > "$work/$suite.result"
}

# Takes one suite after another that nobody has taken yet, and runs it into a file.
worker() {
    local suite
    for suite in "$@"; do
        mkdir "$work/taken/$suite" 2> /dev/null || continue
        run "$suite" > "$work/$suite.log" 2>&1
    done
}

mkdir -p "$work"
rm -rf "$work/taken"
mkdir "$work/taken"
for suite in "${suites[@]}"; do rm -f "$work/$suite".{result,log}; done
if ((${#suites[@]} == 1)); then
    run "${suites[0]}"
else
    # Three at once on two processors, for they mostly wait: for the disk, for clocks, for programs to end.
    others=()
    for suite in "${suites[@]}"; do [[ $suite == load ]] || others+=("$suite"); done
    for _ in 1 2 3; do worker "${others[@]}" & done
    wait
    [[ " ${suites[*]} " != *" load "* ]] || worker load
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
