#!/bin/bash
# Kernels with an instruction that has nothing to do, tests/bad/zero/NAME.s. Its first line,
# `; expect: LINE:COL: MNEMONIC: what is zero`, is the whole finding: `dv run` takes it for no
# operation, `dv check` gives the hint, and core.zero_is_fault makes it a fault of both.
#   bad_zero.sh DV
dv=$(realpath "$1")
cd "$(dirname "$0")/bad/zero" || exit 99
. ../../tap.sh
fault=(--set core.zero_is_fault=true)

for kernel in *.s; do
    IFS=$'\t' read -r place name what < <(
        sed -n '1s/^; expect: \([0-9]*:[0-9]*\): \([a-z0-9_]*\): /\1\t\2\t/p' "$kernel")
    "$dv" run "$kernel" >/dev/null 2>&1
    is "$kernel runs" 0 $?
    text=$("$dv" check "$kernel" 2>&1)
    is "$kernel is a hint" \
        "0 $kernel:$place: hint: ZERO: $name does nothing in 1 of 1 executions: $what" \
        "$? $(grep -E '(error|warning|hint): ' <<<"$text")"
    for tool in run check; do
        text=$("$dv" "$tool" "$kernel" "${fault[@]}" 2>&1)
        is "$kernel is a fault of dv $tool" \
            "1 $kernel:$place: error: RANGE: $name does nothing: $what, and core.zero_is_fault is set" \
            "$? $(grep -E '(error|warning|hint): ' <<<"$text")"
    done
done
if [ "$tap_count" -lt 140 ]; then not_ok "at least 35 kernels" "$tap_count checks"; fi
done_testing
