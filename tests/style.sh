#!/bin/bash
# Style of the whole tree: characters, line length, names, size of files and functions, formatting.
# Sizes count lines that are neither blank nor comment, signature and braces included. At most
# five functions may be longer than the hard limit, each named with a reason in tests/style.txt.
cd "$(dirname "$0")/.." || exit 99
. tests/tap.sh

# files PATTERN ..: files of the project; what git ignores does not count
files() {
    git ls-files -co --exclude-standard -- "$@" 2>/dev/null | sort -u | while read -r f; do
        [ -f "$f" ] && echo "$f"
    done
}

# none NAME LIST: passes when the list is empty
none() {
    if [ -z "$2" ]; then ok "$1"; else not_ok "$1" "$(head -n 20 <<<"$2")"; fi
}

if ! need "style" git git; then done_testing; fi
if [ -z "$(files meson.build)" ]; then
    echo "1..0 # SKIP not a git checkout"
    exit 0
fi

# Inputs of tests may hold anything.
mapfile -t text < <(files ':!tests/fuzz/corpus' ':!tests/bad' ':!tests/data')
mapfile -t code < <(files '*.c' '*.h')
export LC_ALL=C

none "no tab" "$(grep -nP '\t' "${text[@]}" | head -n 20)"
none "no carriage return" "$(grep -nP '\r' "${text[@]}" | head -n 20)"
none "no trailing blank" "$(grep -nP ' +$' "${text[@]}" | head -n 20)"
none "ascii only" "$(grep -nP '[^\x00-\x7f]' "${text[@]}" | head -n 20)"
none "last line ends" "$(for f in "${text[@]}"; do
    [ ! -s "$f" ] || [ -z "$(tail -c 1 "$f")" ] || echo "$f"
done)"
none "code within 100 columns" "$(grep -nP '^.{101,}' "${code[@]}")"
none "file names are one subject" "$(printf '%s\n' "${text[@]}" |
    grep -E '(^|/|_|-)(util|utils|common|misc|helper|helpers)(\.|/|_|-)')"
none "files open with a comment" "$(for f in "${code[@]}"; do
    head -n 1 "$f" | grep -q '^/[*/]' || echo "$f"
done)"
none "C files within 800 lines" "$(wc -l "${code[@]}" | awk '$1 > 800 && $2 != "total"')"
echo "# files over 500 lines: $(wc -l "${code[@]}" |
    awk '$1 > 500 && $2 != "total" { printf "%s %d  ", $2, $1 }')"

# Length of every function as "lines file:first name". Functions open with a brace in column 1,
# which the formatter guarantees.
lengths=$(awk '
    FNR == 1 { inside = 0; comment = 0; n = 0; head = "" }
    {
        line = $0
        if (comment) {
            if (!sub(/^.*\*\//, "", line)) next
            comment = 0
        }
        gsub(/\/\*([^*]|\*+[^*\/])*\*+\//, "", line)
        sub(/\/\/.*$/, "", line)
        if (sub(/\/\*.*$/, "", line)) comment = 1
        if (line ~ /^[ \t]*$/) { if (!inside) { n = 0; head = "" } ; next }
        n++
    }
    !inside && /^\{/ {
        inside = 1
        sub(/\(.*/, "", head); sub(/.*[ *]/, "", head)
        next
    }
    !inside && /^(#|\}|.*;[ \t]*$)/ { n = 0; head = ""; next }
    !inside && head == "" { head = line; first = FNR; n = 1; next }
    inside && /^\}/ { print n, FILENAME ":" first, head; inside = 0; n = 0; head = "" }
' $(files '*.c') | sort -n)
excused=$(sed -n 's/^\([^ #][^ ]*\) .*/\1/p' tests/style.txt 2>/dev/null)
none "functions within 60 lines" "$(awk '$1 > 60' <<<"$lengths" |
    while read -r n at name; do
        grep -qxF "${at%:*}:$name" <<<"$excused" || echo "$at $name: $n lines"
    done)"
is "at most five exceptions" true "$([ "$(grep -c . <<<"$excused")" -le 5 ] && echo true)"
read -r count median p90 < <(awk '{ v[NR] = $1 }
    END { print NR, v[int((NR + 1) / 2)], v[int((NR * 9 + 9) / 10)] }' <<<"$lengths")
echo "# $count functions, median $median, 90 percent within $p90 lines"
none "median function within 12 lines" "$([ "$median" -le 12 ] || echo "$median")"
none "90 percent of functions within 30 lines" "$([ "$p90" -le 30 ] || echo "$p90")"

if need "formatting" clang-format clang-format; then
    none "formatting" "$(clang-format --dry-run -Werror "${code[@]}" 2>&1 |
        grep -E 'error:' | head -n 20)"
fi
if need "shell syntax" bash bash; then
    none "shell syntax" "$(for f in quickstart .ci/run $(files '*.sh'); do
        [ ! -f "$f" ] || bash -n "$f" 2>&1
    done)"
fi
done_testing
