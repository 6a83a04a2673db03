# What the tests of packages share: sentences that hold, or end the run.

# expect SENTENCE COMMAND...: the command ends well.
expect() {
    local sentence=$1
    shift
    if ! "$@"; then
        echo "FAILED: $sentence ($*)" >&2
        exit 1
    fi
    echo "ok: $sentence"
}

# says FILE PATTERN: a file has a line like that.
says() { grep --quiet --extended-regexp -- "$2" "$1" || { cat "$1" >&2; return 1; }; }

# equal ONE OTHER
equal() { [[ $1 == "$2" ]] || { echo "'$1' is not '$2'" >&2; return 1; }; }

# fewer ONE OTHER: no more than that, as decimals.
fewer() { awk -v one="$1" -v other="$2" 'BEGIN { exit !(one <= other) }'; }

# not COMMAND...: the command fails.
not() { ! "$@"; }

# soon COMMAND...: the command ends well within ten seconds.
soon() {
    local try
    for try in {1..200}; do
        if "$@"; then return; fi
        sleep 0.05
    done
    return 1
}

# milliseconds: the time now.
milliseconds() { date +%s%3N; }
