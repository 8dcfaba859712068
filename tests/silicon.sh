#!/bin/bash
# The silicon kit: what it says of a chip with other numbers gives these numbers back within 1 %;
# what is refused; and the generated pages are of this model.
#   silicon.sh DV
dv=$(realpath "$1")
cd "$(dirname "$0")/.." || exit 99
. tests/tap.sh
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT

# flat FILE: "path value" of every number of a printed chip file, costs as "class type head" too
flat() {
    awk '/^costs:/ { costs = 1; next }
        costs && /^  - / { type = ""; if (match($0, /type: [a-z0-9]+/)) type = substr($0, RSTART + 6, RLENGTH - 6)
            match($0, /class: [a-z0-9_]+/); class = substr($0, RSTART + 7, RLENGTH - 7)
            match($0, /head: [0-9.]+/); print class "/" type "/head", substr($0, RSTART + 6, RLENGTH - 6)
            if ($0 ~ /kit, head/) next
            match($0, /each: [0-9.]+/); print class "/" type "/each", substr($0, RSTART + 6, RLENGTH - 6); next }
        /^ *[a-z0-9_]+:/ { depth = (match($0, /[^ ]/) - 1) / 2; key = $1; sub(/:$/, "", key); part[depth] = key }
        /^ *[a-z0-9_]+: [{]v:/ { path = part[0]; for (i = 1; i <= depth; i++) path = path "." part[i]
            v = $0; sub(/.*[{]v: /, "", v); unit = v; sub(/[^0-9.].*/, "", v); sub(/^[0-9.]+ */, "", unit)
            sub(/,.*/, "", unit); v *= unit == "us" ? 1000 : unit == "ps" ? 0.001 : 1
            print path, v }' "$1"
}

"$dv" validate --kit --json "$dir/now.json" 2>"$dir/err"
is "the kit runs" "0 " "$? $(cat "$dir/err")"
"$dv" calibrate --measured "$dir/now.json" >"$dir/now.yaml"
is "the model's own figures change nothing" "" "$(grep '# now' "$dir/now.yaml")"
flat "$dir/now.yaml" >"$dir/now"
is "it sees every number of its list" "" \
    "$("$dv" calibrate --list | sed -n '/^| number/,$p' | awk -F'|' 'NR > 2 { print $2 }' | xargs -n1 |
        grep '[.]' | grep -vxFf <(cut -d' ' -f1 "$dir/now"); grep '^# .*: ' "$dir/now.yaml")"

# Another chip: every parameter by a factor of its own, costs by an eighth.
sets=()
while read -r path value; do
    case $path in
    mem.usable | l2.nd_share | mem.rows_share) factor=0.95 ;;
    *) factor=$(awk -v n="${#sets[@]}" 'BEGIN { print 1.06 + n % 7 / 100 }') ;;
    esac
    value=$(awk -v v="$value" -v f="$factor" 'BEGIN { printf "%.4g", v * f }')
    sets+=(--set "$path=$value")
    echo "$path $value" >>"$dir/wanted"
done < <(grep '[.].* ' "$dir/now" | grep -v /)
{
    echo 'extends: "910B1"'
    echo 'costs:'
    grep '^  - ' "$dir/now.yaml" | awk '{ for (i = 1; i < NF; i++) if ($i == "head:" || ($i == "each:" && !/kit, head/))
        $(i + 1) *= 1.125; print "  " $0 }'
} >"$dir/other.yaml"
flat "$dir/other.yaml" >>"$dir/wanted"
"$dv" validate --kit --chip "$dir/other.yaml" "${sets[@]}" --json "$dir/board.json" 2>"$dir/err"
is "a board with other numbers" 0 $?
"$dv" calibrate --measured "$dir/board.json" >"$dir/found.yaml"
is "its numbers come back within 1 %" "" "$(flat "$dir/found.yaml" | awk 'NR == FNR { want[$1] = $2; next }
    { got[$1] = $2 } END { for (i in want) { off = got[i] / want[i] - 1
        if (!(i in got) || off > 0.01 || off < -0.01) print i, "wanted", want[i], "got", got[i] } }' "$dir/wanted" -)"
is "how many" true "$([ "$(wc -l <"$dir/wanted")" -ge 90 ] && echo true)"
"$dv" validate --measured "$dir/board.json" --chip "$dir/found.yaml" >"$dir/out"
is "what it prints is a chip with these figures" "" "$(awk 'NR > 1 && ($4 > 1 || $4 < -1)' "$dir/out")"

# refusals
said() { is "$1" "2 $1" "$("$dv" "${@:2}" 2>&1 >/dev/null | sed -n '1p' | sed "s/^/2 /")"; }
echo '{"vadd_x": 3}' >"$dir/x.json"
said "dv: error: $dir/x.json: no figure 'vadd_x' in the kit; did you mean 'vadd_a'?" calibrate --measured "$dir/x.json"
echo '{"vadd_a": "3"}' >"$dir/x.json"
said "dv: error: $dir/x.json: 'vadd_a' must be a number of cycles" calibrate --measured "$dir/x.json"
said "dv: error: --measured FILE is missing" calibrate
said "dv: error: the kit is for dav-c220; '910A' has merged cores" validate --kit --chip 910A

# pages
model=$(sed -n 's/.*DV_MODEL_VERSION "\(.*\)"/\1/p' emu/chips/version.h)
is "docs/open-questions.md is of this model" "for model $model." "$(grep -o 'for model .*' docs/open-questions.md)"
is "docs/open-questions.md has every open number" "$("$dv" chip 910B1 --full | awk '
    /^costs:/ { exit } /^ *[a-z0-9_]+:/ { depth = (match($0, /[^ ]/) - 1) / 2; key = $1; sub(/:$/, "", key); part[depth] = key }
    /from: (fitted|inferred|recalled|guess|ours)/ { path = part[0]; for (i = 1; i <= depth; i++) path = path "." part[i]
        if (path !~ /^energy[.]/) { sub(/.*v: /, ""); sub(/,.*/, ""); print path " " $0 } }' | sort)" \
    "$(sed -n '/^## Numbers/,/^## Costs/p' docs/open-questions.md |
        sed -n 's/^| \([a-z][a-z0-9_.]*\) | \([0-9][^|]*\) | .*/\1 \2/p' | sort)"
is "docs/scaling.md is of this model" "model $model" "$(grep -o 'model [0-9]*' docs/scaling.md | head -1)"
is "every kernel of bench/silicon serves a figure" "" "$("$dv" calibrate --list >"$dir/list"
    for f in bench/silicon/*.s; do grep -q "| $(basename "$f") |" "$dir/list" || echo "$f"; done)"
done_testing
