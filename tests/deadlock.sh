#!/bin/bash
# Pictures of deadlocks: what `dv run` says of tests/deadlock/NAME.s must be NAME.txt, without
# places of the model (the line "when") and without numbers of cycles. Arguments stand behind
# "; args:" in the first line.
#   deadlock.sh DV [write]
dv=$(realpath "$1")
cd "$(dirname "$0")/deadlock" || exit 99
. ../tap.sh

# picture KERNEL: the fault as it is compared
picture() {
    local args
    read -ra args < <(sed -n '1s/^; args: //p' "$1")
    NO_COLOR=1 "$dv" run "$1" "${args[@]}" 2>&1 >/dev/null |
        sed -n '/error: DEADLOCK/,$p' | sed -E '/^  when /d; s/, cycles? [0-9,]+( to [0-9,]+)?$/, cycle N/'
}

for kernel in *.s; do
    got=$(picture "$kernel")
    [ "$2" = write ] && echo "$got" >"${kernel%.s}.txt"
    is "$kernel" "$(cat "${kernel%.s}.txt" 2>&1)" "$got"
done
is "a picture a line of JSON" "deadlock: nothing can ever move again" "$("$dv" run cross.s --json - \
    2>/dev/null | grep -A 1 '"picture": *\[' | tail -n 1 | grep -o 'deadlock: nothing can ever move again')"
done_testing
