#!/bin/bash
# dv chip: every shipped chip printed in full loads again to the same numbers; the tables of
# docs/timing.md are those of 910B1; words and exit codes; the JSON fits its schema.
#   chip.sh DV            checks
#   chip.sh DV --tables   prints the tables for docs/timing.md
dv=$(realpath "$1")
cd "$(dirname "$0")/.." || exit 99
. tests/tap.sh
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT

# Rows of the two markdown tables from a file in full.
tables() {
    awk '
        function text(key,   s) {
            if (!match($0, "[{,] ?" key ": (\"[^\"]*\"|[^,}]*)")) return ""
            s = substr($0, RSTART, RLENGTH)
            sub(/^[{,] ?[a-z]+: /, "", s)
            gsub(/"/, "", s)
            return s
        }
        { indent = match($0, /[^ ]/) - 1; depth = indent / 2 }
        /^  - \{class:/ {
            print "| " text("class") " | " text("type") " | " text("head") " | " text("each") \
                " | " text("from") " | " text("src") " |"
            next
        }
        /^ *[a-z0-9_]+:/ { key = $1; sub(/:$/, "", key); part[depth] = key }
        /^ *[a-z0-9_]+: \{v:/ {
            path = part[0]
            for (i = 1; i <= depth; i++) path = path "." part[i]
            print "| " path " | " text("v") " | " text("from") " | " text("src") " | " \
                text("range") " |"
        }' "$1"
}

"$dv" chip 910B1 --full >"$dir/910B1.yaml"
if [ "${2-}" = --tables ]; then
    tables "$dir/910B1.yaml"
    exit
fi

chips=$("$dv" chip --json - | sed -n 's/^      "name": "\(.*\)",$/\1/p')
is "nine chips" "910B1 910B2 910B3 910B4 910C 910C-package 910A 310 seed-910b" "$(xargs <<<"$chips")"
for chip in $chips; do
    "$dv" chip "$chip" --full >"$dir/full.yaml"
    is "$chip in full loads again" \
        "$("$dv" chip "$chip" --json - | grep -v sha256)" \
        "$("$dv" chip "$dir/full.yaml" --json - | grep -v sha256)"
done

is "docs/timing.md has the numbers of 910B1" "" "$(diff <(tables "$dir/910B1.yaml") \
    <(grep -E '^\| ([a-z0-9_.]+ \| ([0-9]|true|false)|vec_)' docs/timing.md))"

run() { # run NAME STATUS WORDS ARGUMENTS: status, and words somewhere in the output
    local out status
    out=$("$dv" chip "${@:4}" 2>&1)
    status=$?
    case $out in *"$3"*) is "$1" "$2" "$status" ;; *) not_ok "$1" "no '$3' in: $out" ;; esac
}
run "list" 0 "910B4         dav-c220    20+40   1650 MHz   32 GiB    96 MiB       270.3 TF  shipped      aic aiv"
run "merged cores in the list" 0 "262.1 TF  shipped      c100"
run "where the keys are explained" 0 "# What each src names is in docs/sources.md" 910B1 --full
run "320 TFLOPS on 910B1" 0 "needs 24 cores at 1628 MHz; at 1850 MHz they give 363.7 (+13.7 %): \
not reproduced" 910B1
run "353.9 TFLOPS on 910B2" 0 "needs 24 cores at 1800 MHz; at 1800 MHz they give 353.9 (+0.0 %): \
reproduced" Ascend910B2
run "376 TFLOPS on 910B2" 0 "needs 24 cores at 1912 MHz" 910B2
run "256 TFLOPS on 910A" 0 "needs 32 cores at 977 MHz; at 1000 MHz they give 262.1 (+2.4 %): \
not reproduced" 910A
run "640 TFLOPS on 910C" 0 "needs 48 cores at 1628 MHz; at 1850 MHz they give 727.4 (+13.7 %): \
not reproduced" ascend910_9391
run "752 TFLOPS on the package" 0 "needs 48 cores at 1912 MHz; at 1850 MHz they give 727.4 (-3.3 %): \
not reproduced" 910C-package
run "its peak" 0 "package: 2 dies give 727.4 TFLOPS and 3200 GB/s" 910C-package
run "both dies in the list" 0 "727.4 TF  package      aic aiv"
run "CloudMatrix" 0 "needs 18432 cores at 1987 MHz; at 1850 MHz they give 279340.6 (-6.9 %)" 910C
run "22 TOPS on the 310" 0 "needs 2 cores at 671 MHz; at 680 MHz they give 22.3 (+1.3 %)" 310
run "L2 of the 910A" 0 "x 1000 MHz give 3296 GB/s (-0.1 %): reproduced" 910A
run "400 GB/s on 910B1" 0 "mem.rate of this chip is 1600 GB/s (+300.0 %): not the same" 910B1
run "310 W on the 910A" 0 "together 117.0 W, 38 % of it: not contradicted" 910A
run "two clocks" 0 "clock used: 1650 MHz, one of its two documented clocks" 910B4
run "sustained" 0 "  cube f16      TFLOPS" 910B3 --sustained
run "sustained on merged cores" 0 "  cube f16      TFLOPS      257.1      262.1    98.1  256" 910A --sustained
run "--sustained alone" 2 "--sustained needs a chip" --sustained
run "--sustained in a file" 2 "ask for --sustained alone" 910B1 --full --sustained
run "seed" 0 "mark: published" seed-910b
run "unknown chip" 2 "dv: error: no chip '910B7': did you mean '910B1'?" 910B7
run "bare 910B" 2 "'910B' without a digit is" Ascend910B
run "missing file" 2 "cannot read chip file './none.yaml': No such file or directory" ./none.yaml
run "two chips" 2 "one chip at a time: '910B2' is too many" 910B1 910B2
run "--full alone" 2 "--full needs a chip" --full
run "unknown option" 2 "no option '--fool'" --fool
run "help" 0 "dv chip [NAME] [--full] [--sustained] [--json FILE]" --help
run "json not writable" 2 "none/x.json" --json "$dir/none/x.json"
printf 'extends: 910B1\ncore: {l1_l0a: {rate: {v: -24 B/cy, from: ours, src: x}}}\n' >"$dir/t.yaml"
run "negative rate" 2 "t.yaml:2:27: error: '-24 B/cy' is negative: give a number of zero or more" \
    "$dir/t.yaml"

if need "schema" node-ajv node; then
    for what in "" "910C-package --sustained"; do
    # shellcheck disable=SC2086
    "$dv" chip $what --json "$dir/all.json"
    is "JSON fits docs/schema/chip.json${what:+: $what}" valid "$(NODE_PATH=/usr/share/nodejs node -e '
        const fs = require("fs"), Ajv = require("ajv");
        const read = f => JSON.parse(fs.readFileSync(f));
        const ajv = new (Ajv.default || Ajv)();
        const ok = ajv.validate(read("docs/schema/chip.json"), read(process.argv[1]));
        console.log(ok ? "valid" : ajv.errorsText())' "$dir/all.json" 2>&1)"
    done
fi
done_testing
