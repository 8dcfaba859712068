#!/bin/bash
# Simulated cycles against bench/golden.txt, exactly; TAP, one case a row.
#   golden.sh [--update|--quick] [DV]
# --update rewrites the cycles instead and prints the difference; --quick runs without data where
# no kernel looks at it, for builds that are slow at arithmetic.
update= quick=
[ "${1-}" = --update ] && update=1 && shift
[ "${1-}" = --quick ] && quick=1 && shift
dv=$(realpath "${1:-$(dirname "$0")/../build/emu/cli/dv}")
cd "$(dirname "$0")/.." || exit 99
. tests/tap.sh
table=bench/golden.txt

# cycles KERNEL PARAMS CHIP BLOCKS L2 [OPTION ..]
cycles() {
    local kernel=$1 params=$2
    # shellcheck disable=SC2086
    "$dv" run "$kernel" ${params//,/ } --chip "$3" --blocks "$4" --cache "$5" "${@:6}" 2>&1 |
        awk '/error|fault/ { print; exit } $1 == "cycles:" { print $2; exit }'
}

if [ -n "$update" ]; then
    new=$(mktemp) || exit 2
    trap 'rm -f "$new"' EXIT
    while IFS= read -r line; do
        read -r kernel params chip blocks l2 _ <<<"$line"
        if [ -z "$kernel" ] || [ "${kernel#\#}" != "$kernel" ]; then
            printf '%s\n' "$line"
            continue
        fi
        found=$(cycles "$kernel" "$params" "$chip" "$blocks" "$l2")
        case $found in
        '' | *[!0-9]*) echo "$kernel $params: $found" >&2 && exit 1 ;;
        esac
        printf '%-35s %-20s %-6s %-7s %-5s %s\n' \
            "$kernel" "$params" "$chip" "$blocks" "$l2" "$found"
    done <$table >"$new" || exit 1
    diff -u $table "$new"
    cp "$new" $table
    exit
fi

while read -r kernel params chip blocks l2 wanted; do
    case $kernel in '' | \#*) continue ;; esac
    found=
    [ -z "$quick" ] || found=$(cycles "$kernel" "$params" "$chip" "$blocks" "$l2" --data off)
    case $found in
    '' | *NODATA*) found=$(cycles "$kernel" "$params" "$chip" "$blocks" "$l2") ;;
    esac
    is "$kernel $params $chip blocks=$blocks $l2" "$wanted" "$found"
done <$table
done_testing
