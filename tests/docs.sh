#!/bin/bash
# The kernels that README.md and docs/tutorial.md show: each indented block whose first line is
# "; NAME.s ..." is written out, run and verified, and prints what the page says it prints. Then
# every local link of the documents exists, and so does every file of the tree that
# docs/architecture.md names.
#   docs.sh DV
dv=$(realpath "$1")
cd "$(dirname "$0")/.." || exit 99
. tests/tap.sh
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT

for page in README.md docs/tutorial.md; do
    mkdir -p "$dir/$page"
    awk -v dir="$dir/$page" '
        /^    ; [a-z0-9_]+[.]s/ { name = $2; sub(/[^a-z0-9_.].*/, "", name) }
        name != "" && /^(    |$)/ { print substr($0, 5) >(dir "/" name); next }
        { name = "" }' "$page"
    for kernel in "$dir/$page"/*.s; do
        [ -f "$kernel" ] || continue
        out=$("$dv" run "$kernel" --verify 2>&1)
        is "$page: $(basename "$kernel") verifies" "0 verified: true" \
            "$? $(grep -E '^verified:' <<<"$out" | xargs)"
        while read -r line; do
            is "$page: what it prints, ${line%%:*}" "$line" \
                "$(grep "^${line%%:*}:" <<<"$out" | xargs)"
        done < <(grep -E '^    (cycles|time_us|verified):' "$page")
    done
    is "$page shows a kernel" true "$([ -n "$(ls "$dir/$page")" ] && echo true)"
done

while IFS=: read -r page link; do
    target=${link#*](}
    target=${target%%[)#]*}
    case $target in http* | '') continue ;; esac
    is "$page links to $target" true \
        "$([ -e "$(dirname "$page")/$target" ] || [ -e "$target" ] && echo true)"
done < <(grep -oE '\]\([^)]+\)' README.md CONTRIBUTING.md docs/*.md)

gone=$(grep -oE '`[a-z]+/[a-z0-9_./*]+[.](c|h|isa|sh|s|md|txt|inc)`' docs/architecture.md |
    tr -d '`' | sort -u | while read -r f; do
    compgen -G "$f" >/dev/null || echo "$f"
done)
is "docs/architecture.md names files that exist" "" "$gone"
done_testing
