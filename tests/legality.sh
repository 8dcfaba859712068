#!/bin/bash
# The table of docs/legality.md and the kernels of tests/bad: each kernel of run/ and zero/ stands in
# one row, each row has its kernel, and the code of the row is the one the kernel expects.
. "$(dirname "$0")/tap.sh"
cd "$(dirname "$0")/.." || exit 99

rows=$(sed -nE 's/^\|.*\| ([^|]+) \| `((run|zero|asm)\/[a-z0-9_]+\.s)` \|$/\2 \1/p' docs/legality.md |
    sort)
files=$(cd tests/bad && ls run/*.s zero/*.s)
named=$(cut -d' ' -f1 <<<"$rows")
is "each row has a kernel" "" "$(for f in $named; do [ -f "tests/bad/$f" ] || echo "$f"; done)"
is "each kernel has a row" "" "$(comm -13 <(sort -u <<<"$named") <(sort <<<"$files"))"
is "each kernel has one row" "" "$(uniq -d <<<"$named")"
is "a row says place, code and kernel" "" "$(grep '^| [a-z]' docs/legality.md | grep -v ' | isa.md | ' |
    grep -vE '^\| [^|]+ \| [0-9.]+(, [0-9.]+)* \| [^|]+ \| `[a-z0-9/_.]+` \|$')"
wrong=
while read -r file code; do
    [ -f "tests/bad/$file" ] || continue
    first=$(head -n 1 "tests/bad/$file")
    case $file in
    run/*) grep -qE "^; expect: [0-9]+:[0-9]+: $code: " <<<"$first" || wrong+="$file: $code"$'\n' ;;
    zero/*) [ "$code" = ZERO ] || wrong+="$file: $code"$'\n' ;;
    asm/*) [ "$code" = assembler ] || wrong+="$file: $code"$'\n' ;;
    esac
done <<<"$rows"
is "the codes are those of the kernels" "" "$wrong"
if [ "$(wc -l <<<"$rows")" -lt 150 ]; then not_ok "at least 150 rows"; fi
done_testing
