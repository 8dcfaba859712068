#!/bin/bash
# Kernels that assemble and are refused when they run: tests/bad/run/NAME.s with place, code and
# text of the fault in its first line, `; expect: LINE:COL: CODE: text`; `; args: ..`: for dv run.
#   bad_run.sh DV
dv=$(realpath "$1")
cd "$(dirname "$0")/bad/run" || exit 99
. ../../tap.sh

for kernel in *.s; do
    want=$(sed -n '1s/^; expect: \([0-9]*:[0-9]*\): /\1: error: /p' "$kernel")
    read -ra args < <(sed -n 's/^; args: *//p' "$kernel")
    text=$("$dv" run "$kernel" "${args[@]}" 2>&1 >/dev/null)
    is "$kernel" "1 $kernel:$want" "$? $(grep -m 1 ': error: ' <<<"$text")"
done
done_testing
