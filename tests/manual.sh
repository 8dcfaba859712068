#!/bin/bash
# docs/assembler.md: every fenced block of assembly assembles, wrapped as the page says; where a block of
# words follows, the listing holds exactly those. Every directive, function and macro of dv.inc has its
# place on the page.
#   manual.sh DV
dv=$(realpath "$1")
cd "$(dirname "$0")/.." || exit 99
. tests/tap.sh
page=docs/assembler.md
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT

echo ".equ T, 256" >"$dir/sizes.inc"
printf 'dv table%.0s' {1..8} >"$dir/table.bin"

# NNN.s and, where the page states them, NNN.words; NNN.name says where the block is.
awk -v dir="$dir" -v page=$page '
    /^#/ { title = $0; sub(/^#+ /, "", title) }
    /^```asm$/ { name = sprintf("%s/%03d", dir, ++n); print title >(name ".name"); kind = ".s"; next }
    /^```words$/ { kind = ".words"; next }
    /^```/ { kind = ""; next }
    kind != "" { print >(name kind) }' $page

for block in "$dir"/*.name; do
    base=${block%.name}
    name="$(cat "$block") ($(basename "$base"))"
    own=$(grep -c '^ *\.kernel ' "$base.s")
    if [ "$own" = 0 ]; then
        { printf '.kernel example, core=aiv\nexample:\n' && cat "$base.s" && printf '.text\nend\n'; } \
            >"$base.w" && mv "$base.w" "$base.s"
    fi
    found=$(cd "$dir" && "$dv" as "$base.s" -o /dev/null -l - 2>"$base.err") || {
        not_ok "$name assembles" "$(head -4 "$base.err")"
        continue
    }
    [ -f "$base.words" ] || { ok "$name assembles" && continue; }
    found=$(sed -nE 's/^  [0-9a-f]{6}  ([0-9a-f]{8})  [^ ]+ +[^ ]+ +/\1  /p' <<<"$found" |
        sed -E 's/ +\[.* from .*//; s/ +$//')
    [ "$own" != 0 ] || found=$(sed '$d' <<<"$found")
    is "$name becomes" "$(cat "$base.words")" "$found"
done

missing() {
    while read -r name; do
        grep -qE "(^|[^a-z_.])${name//./\\.}([^a-z_0-9]|$)" $page || echo "$name"
    done
}
is "every directive is on the page" "" \
    "$(grep -ohE '^ *\{"\.[a-z0-9_]+"|, \{"\.[a-z0-9_]+"|, +\{"\.[a-z0-9_]+"' asm/*.c |
        grep -oE '\.[a-z0-9_]+' | sort -u | missing)"
is "every function is on the page" "" \
    "$(grep -oE '\{"[a-z0-9_]+", [0-9]' isa/function.c | grep -oE '"[^"]+' | tr -d '"' | missing)"
is "every macro of dv.inc is on the page" "" \
    "$(awk '/^\.macro/ && $2 != "mask_word" { print $2 }' kernels/dv.inc | missing)"
done_testing
