#!/bin/bash
# dv validate on the cases that are compiled in: they all run, the frozen result of this model version
# and the pages that quote it say the same.
#   validate_builtin.sh DV
dv=$(realpath "$1")
cd "$(dirname "$0")/.." || exit 99
. tests/tap.sh
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT

# What is compiled in.
"$dv" validate --json "$dir/all.json" >"$dir/all" 2>"$dir/err"
status=$?
is "built-in cases: an answer, not a refusal" true \
    "$([ $status -lt 2 ] && [ -s "$dir/all.json" ] && echo true)"
is "built-in cases: no kernel is missing" "" "$(grep -E 'not compiled in' "$dir/err")"
is "built-in cases: sha256" "$(sha256sum <bench/validate/cases.yaml | cut -d' ' -f1)" \
    "$(sed -n 's/^cases_sha256: //p' "$dir/all")"
is "every kernel of bench/validate serves a case" "" "$(for f in bench/validate/*.s; do
    grep -q "kernel: $(basename "$f")" bench/validate/cases.yaml || echo "$f"
done)"
# The pages that hold what these cases say.
model=$(sed -n 's/^model: //p' "$dir/all")
page=docs/sensitivity.md
is "$page is of this model" "$model" "$(sed -n 's/^model: //p' $page)"
# paths PATTERN: numbers of the 910B1 whose line in full fits
paths() {
    "$dv" chip 910B1 --full | awk -v pattern="$1" '
        /^  - / { next }
        /^ *[a-z0-9_]+:/ { depth = (match($0, /[^ ]/) - 1) / 2; key = $1; sub(/:$/, "", key)
            part[depth] = key }
        /^ *[a-z0-9_]+: [{]v:/ && (/range:/ ? "range" : "none") == pattern {
            path = part[0]
            for (i = 1; i <= depth; i++) path = path "." part[i]
            if (path !~ /^energy[.]/) print path }  # energies move no time'
}
is "$page has every number with a range" "$(paths range)" \
    "$(sed -nE 's/^[|] ([a-z0-9_.]+) [|] [0-9].*/\1/p' $page)"
is "$page has every number without one" "$(paths none)" "$(sed -n 's/^- //p' $page)"

page=docs/validation.md
is "$page tells of this model" "$model" "$(sed -n 's/^What .dv validate. says of model version \([^;]*\);.*/\1/p' $page)"
is "$page shows the rows as they are" "" "$(sed -nE 's/^[|] ([A-Z][A-Z0-9a-z-]+) [|] ([0-9].*) [|]$/\1 | \2/p' $page |
    sed 's/ | / /g' | grep -vxFf <(awk 'NF == 9 { print $1, $5, $6, $7, $9 }' "$dir/all"))"
is "$page shows the bars" "$(awk '/^bars/ { on = 1; next } on' "$dir/all" |
    sed -nE 's/^ +(met|MISSED) +(.*): ([^:]*), ([^,]*)$/| \2 | \3 | \4 | \1 |/p')" \
    "$(sed -n '/^| bar /,/^$/p' $page | sed '1,2d; s/\\|/|/g; /^$/d')"

# What this version of the model said when it was frozen.
frozen=bench/validate/results/$model.json
is "$frozen: the figures of this version" "" \
    "$(cmp "$dir/all.json" "$frozen" 2>&1 || echo "a new model version (emu/chips/version.h) and 'dv validate --write bench/validate/results' are wanted")"

if need "schema" node-ajv node; then
    for f in all; do
        is "JSON fits docs/schema/validate.json ($f)" valid "$(NODE_PATH=/usr/share/nodejs node -e '
            const fs = require("fs"), Ajv = require("ajv");
            const read = f => JSON.parse(fs.readFileSync(f));
            const ajv = new (Ajv.default || Ajv)();
            const ok = ajv.validate(read("docs/schema/validate.json"), read(process.argv[1]));
            console.log(ok ? "valid" : ajv.errorsText())' "$dir/$f.json" 2>&1)"
    done
fi
done_testing
