#!/bin/sh
# isa_bad.sh GENERATOR BASE..: every tests/bad/isa/*.isa, read behind the BASE files, must be
# refused with exactly the "LINE: message" of its first line; the BASE files alone are accepted.
. "$(dirname "$0")/tap.sh"
gen=$1
shift
bad=$(dirname "$0")/bad/isa

if found=$("$gen" --check "$@" 2>&1); then ok "base is accepted"; else not_ok "base" "$found"; fi

for f in "$bad"/*.isa; do
    name=$(basename "$f" .isa)
    wanted=$(sed -n '1s/^# expect: //p' "$f")
    found=$("$gen" --check "$@" "$f" 2>&1)
    status=$?
    found=$(printf '%s\n' "$found" | sed -n "1s|^$f:||p")
    if [ $status -ne 1 ]; then
        not_ok "$name" "status $status, not 1"
    elif [ -z "$wanted" ]; then
        not_ok "$name" "the first line is no '# expect: LINE: message'"
    else
        is "$name" "$wanted" "$found"
    fi
done
if [ "$tap_count" -lt 31 ]; then not_ok "at least 30 inputs" "found $tap_count"; fi
done_testing
