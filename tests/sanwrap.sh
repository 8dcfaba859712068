#!/bin/sh
# Runs one test so that a sanitizer report makes it fail.
# Criterion ignores how its worker processes end and hides their stderr under --tap, so a leak
# found at exit would pass. Every report goes to a log of its own; any log is a failure.
#   sanwrap.sh [--memcheck] COMMAND [ARG ..]
d=$(mktemp -d) || exit 99
trap 'rm -rf "$d"' EXIT
ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=1:log_path=$d/san"
UBSAN_OPTIONS="${UBSAN_OPTIONS:+$UBSAN_OPTIONS:}halt_on_error=1:print_stacktrace=1:log_path=$d/san"
export ASAN_OPTIONS UBSAN_OPTIONS
if [ "$1" = --memcheck ]; then
    shift
    set -- valgrind -q --trace-children=yes --leak-check=full --show-leak-kinds=definite \
        --errors-for-leak-kinds=definite --log-file="$d/vg.%p" "$@"
fi
"$@"
rc=$?
find "$d" -type f -size +0 -exec cat {} + >"$d/.all"
if [ -s "$d/.all" ]; then
    cat "$d/.all" >&2
    [ $rc -eq 0 ] && rc=97
fi
exit $rc
