#!/bin/bash
# The kernels that README.md and docs/tutorial.md show: each indented block whose first line is
# "; NAME.s ..." is written out, run and verified, and prints what the page says it prints. Then
# the numpy example works, docs/references.md lists what `dv help ref` does, every source that the
# tree names has an entry in docs/sources.md, every local link of the documents exists, and so does
# every file of the tree that docs/architecture.md names.
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

# The profile that README.md shows is what the command above it prints, but for what stands first.
read -r -a shown < <(sed -n 's/^    dv \(prof .*\) -o .*/\1/p' README.md)
"$dv" "${shown[@]}" 2>&1 | sed 's/ *$//' >"$dir/profile"
missing=$(awk '/^## / { on = $2 == "Profile" } on && /^    [^d]/ { print substr($0, 5) }' README.md |
    grep -vxFf "$dir/profile")
is "README.md: the profile is what it prints" "prof 0 " \
    "${shown[0]} $((${#shown[@]} < 3)) $missing"

if need_numpy "docs/tutorial.md: your own data"; then
    awk -v dir="$dir/docs/tutorial.md" '
        /^    # [a-z]+[.]py$/ { name = $2 }
        name != "" && /^(    |$)/ { print substr($0, 5) >(dir "/" name); next }
        { name = "" }
        /^    dv run .*[.]npy/ { sub(/^ *dv /, ""); print >(dir "/command") }' docs/tutorial.md
    # The command stands between the two programs, parted by blank lines.
    grep -h '^dv run .*npy' "$dir"/docs/tutorial.md/*.py | sed 's/^dv //' \
        >>"$dir/docs/tutorial.md/command"
    sed -i '/^dv run /d' "$dir"/docs/tutorial.md/*.py
    # shellcheck disable=SC2046
    out=$(cd "$dir/docs/tutorial.md" && "$python" data.py && "$dv" $(cat command) &&
        "$python" look.py)
    is "docs/tutorial.md: your own data" "0 verified: true largest difference 0.0" \
        "$? $(grep -E '^(verified:|largest)' <<<"$out" | xargs)"
fi

is "docs/references.md lists what dv help ref does" "$("$dv" help ref | grep '^  ')" \
    "$(sed -n 's/^    \([a-z0-9_]*, .*->.*\)/  \1/p' docs/references.md)"

# Keys of one src text, one a line: sections, measurements, or the text itself when it has neither.
keys() {
    sed -E ':again
        s/((timing|isa)[.]md) ([0-9.]+), ([0-9.]+)( |,|$)/\1 \3; \1 \4\5/
        t again' <<<"$1" | grep -oE '(timing|isa)[.]md [0-9]+([.][0-9]+)?|\b[GVRDCF][0-9]+(-[a-z]?[0-9]+)?\b|A3-note' ||
        echo "$1"
}
# known KEY: it has an entry; an item of a section counts as the section.
known() { grep -qE "^\|.*\`($1|${1%.*})\`.*\|" docs/sources.md; }
dangling=$(grep -ohE 'src: *"[^"]*"' emu/chips/*.yaml | sed 's/src: *"//; s/"$//' | sort -u |
    while read -r src; do
        keys "$src" | while read -r key; do known "$key" || echo "$src: $key"; done
    done)
is "every src of a chip file has an entry in docs/sources.md" "" "$dangling"
dangling=$(grep -rohE '\b(timing|isa)[.]md [0-9]+([.][0-9]+)?' isa emu asm kernels docs |
    sort -u | while read -r key; do known "$key" || echo "$key"; done)
is "every section that the tree names has an entry in docs/sources.md" "" "$dangling"

# The tutorial's kernel in two files, with the three changes the page names.
two=$dir/two
mkdir "$two"
awk -v to="$two/axpy_tile.s" '/^    ; file axpy_tile[.]s/ { on = 1 }
    on && !/^(    |$)/ { exit }
    on { print substr($0, 5) >to }' docs/tutorial.md
awk 'NR == FNR { if (/^    [.]extern axpy_tile/) on = 1
        if (on && /^    [.]/) new = new substr($0, 5) "\n"
        if (/^    call    axpy_tile/) on = 0
        next }
    /^    [.]reg    px:gm/ { printf "%s", new; next }
    /^    [.]reg    rx:ub/ { next }
    /^    vmuls/ { print "    call    axpy_tile" }
    !/^    (vmuls|bar[.]v|vadd)/' docs/tutorial.md "$dir/docs/tutorial.md/axpy.s" >"$two/axpy.s"
out=$(cd "$two" && "$dv" as -c axpy.s -o axpy.o && "$dv" as -c axpy_tile.s -o axpy_tile.o &&
    "$dv" ld axpy.o axpy_tile.o -o whole.o && "$dv" run whole.o --verify 2>&1)
is "docs/tutorial.md: the kernel in two files verifies" "0 verified: true" \
    "$? $(grep '^verified:' <<<"$out" | xargs)"
sed 's/ src_rep=3 dst_rep=3//' "$dir/docs/tutorial.md/layout.s" >"$two/layout.s"
out=$("$dv" run "$two/layout.s" --verify 2>&1)
status=$?
said=$(sed -n "s/^    [.][.] tensor/tensor/p" docs/tutorial.md)
is "docs/tutorial.md: the layout error is reported as shown" "1 1" "$status $(grep -c -F "$said" <<<"$out")"

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
