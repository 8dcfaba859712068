# Test Anything Protocol for shell tests; read with `.`. One line a check, the plan at the end.
# A missing tool is a skip at home and a failure with CI=true.
tap_count=0
tap_failed=0

# ok NAME: a check that held.
ok() {
    tap_count=$((tap_count + 1))
    echo "ok $tap_count - $1"
}

# not_ok NAME [DETAIL]: a check that did not; the detail is printed as comment lines.
not_ok() {
    tap_count=$((tap_count + 1))
    tap_failed=$((tap_failed + 1))
    echo "not ok $tap_count - $1"
    [ -z "${2-}" ] || printf '%s\n' "$2" | sed 's/^/# /'
}

# is NAME WANTED FOUND: compares two texts.
is() {
    if [ "$2" = "$3" ]; then
        ok "$1"
    else
        not_ok "$1" "wanted: $2
found:  $3"
    fi
}

# need NAME PACKAGE COMMAND: true when the command exists, else a skip (a failure in CI).
need() {
    command -v "$3" >/dev/null 2>&1 && return 0
    if [ "${CI-}" = true ]; then
        not_ok "$1" "missing: $3; install $2"
    else
        tap_count=$((tap_count + 1))
        echo "ok $tap_count - $1 # SKIP install $2"
    fi
    return 1
}

# need_numpy NAME: true when $python runs a Python with numpy, else a skip (a failure in CI).
need_numpy() {
    for python in python3 /usr/bin/python3; do
        "$python" -c 'import numpy' 2>/dev/null && return 0
    done
    need "$1" python3-numpy 'python3 with numpy'
}

# done_testing: prints the plan and ends the script.
done_testing() {
    echo "1..$tap_count"
    [ "$tap_failed" -eq 0 ]
    exit
}
