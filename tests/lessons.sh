#!/bin/bash
# The examples of dv check --explain (docs/check/): the wrong kernel has that finding on the marked
# line and no other, the repaired one has none; every code that the tree can report has a lesson.
#   lessons.sh DV
dv=$(realpath "$1")
cd "$(dirname "$0")/.." || exit 99
. tests/tap.sh
lessons=$PWD/docs/check
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT

codes=$( (sed -n '/define DV_ERRORS/,/^$/s/.*X(\([A-Z]*\), [0-9]*, \(KERNEL\|US\)).*/\1/p' isa/diag.h
    grep -ohE '"[A-Z]{4,}"' emu/check/*.c | tr -d '"'
    grep -ohE '"(VERIFY|ASSERT|CYCLES|EXPLORE)"' emu/run/*.c | tr -d '"') | sort -u)
is "every code has a lesson" "$codes" "$("$dv" check --explain | cut -d' ' -f1 | sort)"
is "every lesson is compiled in" "$(cd "$lessons" && ls ./*.txt | sed 's,./,,; s/.txt//' | sort)" \
    "$("$dv" check --explain | cut -d' ' -f1 | sort)"
is "the files name their code" "" "$(for f in "$lessons"/*.txt; do
    grep -qE "^$(basename "$f" .txt) (error|warning|hint): [a-z]" "$f" || echo "$f"
done)"

cd "$dir" || exit 99
for lesson in "$lessons"/*.txt; do
    code=$(basename "$lesson" .txt)
    is "--explain $code" "0" "$("$dv" check --explain "$code" >out.txt; echo $?)"
    is "$code is told whole" "" "$(for title in "$code (" "What it means" "Why hardware" \
        "How it is found" "To repair it"; do
        grep -qF "$title" out.txt || echo "$title"
    done)"
    grep -qx kernel "$lesson" || continue
    sed '1,/^kernel$/d' "$lesson" >both
    grep -v '^+' both | sed 's/^.//' >wrong.s
    grep -v '^[-!]' both | sed 's/^.//' >right.s
    is "$code: the example is shown" "$(sed 's/^.//' both)" \
        "$(sed -n '/^Example/,$p' out.txt | sed -n 's/^  [ >] [ 0-9][0-9 ] [-+ ] //p')"
    severity=$(sed -n "1s/^$code \([a-z]*\):.*/\1/p" "$lesson")
    want=$(grep -v '^+' both | grep -n '^[!>]' | sed "s/:.*/ $severity $code/")
    also=$(sed -n 's/^also //p' "$lesson")
    args=$(sed -n 's/^run //p' "$lesson")
    # shellcheck disable=SC2086
    "$dv" check wrong.s $args >out.txt 2>err.txt
    status=$?
    # Wrong values say so without a code.
    found=$(sed 's/error: tensor/error: VERIFY: tensor/' out.txt |
        sed -nE 's/^wrong\.s:([0-9]+)(:[0-9]+)?: ([a-z]+): ([A-Z]+): .*/\1 \3 \4/p' | sort -u)
    [ -z "$also" ] || found=$(grep -v " $also\$" <<<"$found")
    is "$code: the wrong kernel" "$([ "$severity" = error ]; echo $((1 - $?))) $want" \
        "$status $found"
    if ! grep -qx allow "$lesson"; then
        grep -v '^+' both | sed "s/^[!>].*/ .allow $code, \"tested\"\n&/" | sed 's/^.//' >allowed.s
        # shellcheck disable=SC2086
        "$dv" check allowed.s $args >out.txt 2>err.txt
        is "$code: allowed" "0 1" "$? $(tail -n 1 out.txt | grep -cE '^no findings \([1-9][0-9]* allowed\)$')"
    fi
    # shellcheck disable=SC2086
    "$dv" check right.s $args >out.txt 2>err.txt
    is "$code: the repaired kernel" "0 no findings" "$? $(tail -n 1 out.txt)$(cat err.txt)"
done
done_testing
