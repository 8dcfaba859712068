#!/bin/bash
# dv validate: known answers on a tiny file of cases, refusals with their exact words, the same bytes
# twice, strict bars, frozen results, the JSON and its schema.
#   validate.sh DV
dv=$(realpath "$1")
cd "$(dirname "$0")/.." || exit 99
. tests/tap.sh
root=$PWD
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 99

# Readings that hold nothing but numbers make every statistic known; `slow` depends on the chip.
cat >k.s <<'END'
.kernel k, core=aiv
.param  n, u32 = 1
k:
    .reg    left, zero = 0, one = 1
    ldparam left, n
    .mark   loop
    sub.s64 left, left, zero
again:
    sub.s64 left, left, one
    jumpcmp.gt.s64 left, zero, again
    .endmark
    end
END
head='chip: 910B1, clock: 1000 MHz, cache: warm, quantity: "q", ideal_from: "peaks", kernel: k.s'
cat >c.yaml <<END
version: 1
documents:
  - {id: one, title: "One", role: fit}
  - {id: two, title: "Two", role: check}
cases:
  - {id: a, grade: A, class: cube, document: one, measured: 100 cy, ideal: 50 cy, read: "101", source: "s", $head}
  - {id: b, grade: A, class: cube, document: one, measured: 1 us, ideal: 900 cy, read: "970", source: "s", $head}
  - {id: c, grade: A, class: cube, document: two, measured: 10 tick, ideal: 100 ns, read: "202", source: "s", $head}
  - {id: slow, grade: B, class: scalar, document: one, measured: 300 cy, ideal: 200 cy, args: "n=100",
     read: "SCALAR.busy", minus: "n=1", variants: ["n=101"], source: "s", open: "the count", $head}
  - {id: loop, grade: B, class: scalar, document: one, measured: 300 cy, ideal: 200 cy, args: "n=100",
     read: "mark.loop / mark.loop * 300", source: "s", $head}
moved:
  - {path: core.scalar.issue, documented: "2 cy", why: "slow", documents: [one]}
  - {path: core.barrier, documented: "", why: "nothing", documents: [one]}
END

"$dv" validate --cases c.yaml >out 2>err
is "status and silence" "0 " "$? $(cat err)"
is "sha256 of the cases" "cases_sha256: $(sha256sum c.yaml | cut -d' ' -f1)" "$(grep cases_sha256 out)"
is "sha256 of the figures" \
    "figures_sha256: $(sed '/^moved:/,$d' c.yaml | sha256sum | cut -d' ' -f1)" "$(grep figures_ out)"
is "sha256 of the kernels" "kernels_sha256: $(sha256sum k.s | cut -d' ' -f1)" "$(grep kernels_sha out)"
# row NAME WANTED: the first line that begins with NAME, blanks squeezed
row() { is "${3-$1}" "$2" "$(grep -m1 -E "^ *$1" out | xargs)"; }
row 'a ' "a A cube fit 100.00 101.00 1.00 -50.00 -"
row 'b ' "b A cube fit 1000.0 970.00 -3.00 -10.00 -"
row 'c ' "c A cube check 200.00 202.00 1.00 -50.00 -"
row 'loop ' "loop B scalar fit 300.00 300.00 0.00 -33.33 -"
row 'A +fit' "A fit 2 -1.00 2.00 3.00 3.00 1.00..3.00 b"
row 'A +check' "A check 1 1.00 1.00 1.00 1.00 1.00..1.00 c"
row 'cube +A +fit' "cube A fit 2 -1.00 2.00 3.00 3.00 1.00..3.00 b"
row 'cube +3' "cube 3 1.00 50.00 0.98" "skill of cube"
row 'A +3' "A 3 -8.67 2.00 30.00 b" "overheads: 2, -30 and 2 percent"
is "spread of one loop more" true \
    "$([ "$(grep -m1 '^slow' out | awk '{ print ($9 > 0) }')" = 1 ] && echo true)"
row 'core.scalar.issue' "core.scalar.issue 2 cy 1 cy 1 1 NO"
row 'core.barrier' "core.barrier *20 cy 1 cy 0 0 NO"
row 'moved coefficients' "moved coefficients: 2 on 4 fit figures; one per four allows 1: 1 TOO MANY"
is "a document left out" "one fit 4 core.scalar.issue" \
    "$(sed -n '/^document /,/^$/p' out | awk '$1 == "one" { print $1, $2, $3, $6 }')"
is "bars" "met met met met met" "$(awk '/^bars/ { on = 1 } on && NF > 3 { print $1 }' out | xargs)"

"$dv" validate --cases c.yaml --json 1.json >1
"$dv" validate --cases c.yaml --json 2.json >2
is "the same text twice" "" "$(cmp 1 2)"
is "the same JSON twice" "" "$(cmp 1.json 2.json)"
"$dv" validate --cases c.yaml --set core.scalar.jump=0 --sensitivity --json 3.json >3
is "ranges: two cycles an instruction instead of one" "0 | +100.0 (slow) |" \
    "$(sed -n 's/^| core.scalar.issue .* 1[.][.]2 | //p' 3)"
is "ranges: a number nothing reads" "| core.queue.v | 32 | inferred | timing.md 5 | 8..32 | 0 | 0 |" \
    "$(grep '^| core.queue.v ' 3)"

# A variant in the other state of the caches: it alone misses its code, and its `minus` with it.
cat >state.yaml <<END
version: 1
documents:
  - {id: one, title: "One", role: fit}
cases:
  - {id: whole, grade: A, class: total, document: one, measured: 1000 cy, ideal: 50 cy, read: "cycles",
     args: "n=100", variants: ["cache=cold n=100"], source: "s", $head}
  - {id: rest, grade: A, class: total, document: one, measured: 1000 cy, ideal: 50 cy, read: "cycles",
     args: "n=100", minus: "n=1", variants: ["cache=cold n=100"], source: "s", $head}
END
cycles() { "$dv" run k.s n="$1" --cache "$2" | sed -n 's/^cycles: *//p'; }
"$dv" validate --cases state.yaml --json state.json >out
row whole "$(awk -v w="$(cycles 100 warm)" -v c="$(cycles 100 cold)" 'BEGIN {
    printf "whole A total fit 1000.0 %.2f %.2f -95.00 %.2f", w, w / 10 - 100, (c - w) / 10 }')"
is "the code is missed once" true "$([ "$(cycles 100 cold)" -gt "$(cycles 100 warm)" ] && echo true)"
is "a variant's minus runs in its state" 0.00 "$(awk '$1 == "rest" { print $9 }' out)"
is "--case names the state" "variant: n=100, cold: $(cycles 100 cold).00" \
    "$("$dv" validate --cases state.yaml --case whole | grep ^variant:)"

# said STATUS WORDS ARGUMENT ..: status, and the whole of stderr without the pointer to the help
said() {
    local status=$1 words=$2
    shift 2
    local got
    got=$("$dv" validate "$@" 2>&1 >/dev/null)
    is "validate $*" "$status $words" "$? $(grep -v "^see 'dv help" <<<"$got")"
}

# strict
said 0 "" --cases c.yaml --strict
said 1 "" --cases c.yaml --strict --set core.scalar.issue=2 --measured <(echo '{"a": 200}')
sed 's/read: "101"/read: "109"/' c.yaml >worst.yaml
said 1 "" --cases worst.yaml --strict
said 0 "" --cases worst.yaml
sed 's/read: "202"/read: "209"/; s/read: "970"/read: "999"/' c.yaml >check.yaml
said 1 "" --cases check.yaml --strict
is "the bar that is missed" "MISSED check, median of |error|: 4.50 %, at most 4 %" \
    "$("$dv" validate --cases check.yaml | grep MISSED | xargs)"

# one case
is "--case" "a" "$("$dv" validate --cases c.yaml --case a | awk 'NR == 2 { print $1 }')"
is "--case: details" "ideal: 100.00 cy, peaks" "$("$dv" validate --cases c.yaml --case c | grep ^ideal:)"
# 99 more rounds of two instructions
for issue in 1 2; do
    is "--set core.scalar.issue=$issue" "$((issue * 198)).00" \
        "$("$dv" validate --cases c.yaml --case slow --set core.scalar.jump=0 \
            --set core.scalar.issue=$issue | awk '$1 == "slow" { print $6 }')"
done
echo '{"a": 202, "b": 97}' >m.json
is "--measured" "202.00 -50.00" "$("$dv" validate --cases c.yaml --case a --measured m.json |
    awk '$1 == "a" { print $5, $7 }')"

# refusals
said 2 "dv: error: no case 'sow'; did you mean 'slow'?" --cases c.yaml --case sow
said 2 "dv: error: no case 'xyzzy'; 'dv validate' lists them" --cases c.yaml --case xyzzy
echo '{"sow": 1}' >m.json
said 2 "dv: error: m.json: no case 'sow'; did you mean 'slow'?" --cases c.yaml --measured m.json
echo '{"slow": 0}' >m.json
said 2 "dv: error: m.json: 'slow' must be a number of cycles above 0" --cases c.yaml --measured m.json
echo '[]' >m.json
said 2 'dv: error: m.json: expected {"FIGURE": CYCLES, ..}' --cases c.yaml --measured m.json
echo '{"a": 1, "a": 2}' >m.json
said 2 "dv: error: m.json:1:12: duplicate object key near '\"a\"'" --cases c.yaml --measured m.json
said 2 "dv: error: --set x: expected PATH=VALUE" --cases c.yaml --set x
said 2 "dv: error: no chip parameter 'core.barier': did you mean 'core.barrier'?" \
    --cases c.yaml --set core.barier=1
said 2 "dv: error: 'a' is too much: cases are chosen with --case" --cases c.yaml a
said 2 "dv: error: --strict judges the whole suite: leave out --case and --sensitivity" \
    --case a --strict
said 2 "dv: error: --sensitivity is about the whole suite: leave out --case" --case a --sensitivity
said 2 "dv: error: --write freezes the whole suite as it is: leave out --case, --set, --measured and \
--sensitivity" --write . --set clock=1
said 2 "dv: error: cannot open 'none.yaml': No such file or directory" --cases none.yaml
sed 's/grade: B/grade: D/' c.yaml >bad.yaml
said 2 "bad.yaml:9:23: error: grade 'D' is not known: use one of A, B, C" --cases bad.yaml
sed '/^  - {id: slow/,/open:/s/mark.loop/mark.look/; s/read: "101"/read: "cycles \/ (1 - )"/' c.yaml >bad.yaml
said 2 "bad.yaml:6:104: error: ')' stands where a number or a name should" --cases bad.yaml
head -c 300000 /dev/zero | tr '\0' '#' >bad.yaml
said 2 "bad.yaml:1:1: error: file of 300000 bytes is larger than the 262144 a cases file may have" \
    --cases bad.yaml

# cases that cannot run have no figure; the others have theirs
sed 's/id: a,\(.*\)k.s/id: a,\1none.s/; s/mark.loop/mark.look/' c.yaml >gap.yaml
said 2 "gap.yaml:6:196: error: case 'a': kernel 'none.s' cannot be read beside the cases file
gap.yaml:12:13: error: case 'loop': the kernel has no such .mark region" --cases gap.yaml
is "the others go on" "970.00 2 cases without a figure" "$("$dv" validate --cases gap.yaml 2>/dev/null |
    awk '$1 == "b" { printf "%s ", $6 } /without a figure/ { print }' | xargs)"
sed 's/n=101/m=1/' c.yaml >gap.yaml
said 2 "dv: error: k.s m=1: CONFIG: kernel 'k' has no parameter 'm'; its parameters are n" --cases gap.yaml
: >empty.s
sed 's/kernel: k.s/kernel: empty.s/' c.yaml >empty.yaml
said 2 "dv: error: empty.s : OBJECT: this object declares no kernel; add a .kernel line
dv: error: empty.s n=100: OBJECT: this object declares no kernel; add a .kernel line
dv: error: empty.s n=1: OBJECT: this object declares no kernel; add a .kernel line
dv: error: empty.s n=101: OBJECT: this object declares no kernel; add a .kernel line" \
    --cases empty.yaml

# frozen results
mkdir frozen
said 0 "" --cases c.yaml --write frozen
file=$(ls frozen)
is "one file a model version" "frozen/$(sed -n 's/^model: //p' out).json" "frozen/$file"
is "it is the JSON" "" "$(cmp 1.json "frozen/$file")"
said 0 "" --cases c.yaml --write frozen
said 2 "dv: error: 'frozen/$file' differs: a frozen version never changes, give the chip files a new \
model version (emu/chips/version.h)" --cases check.yaml --write frozen
is "and stays" "" "$(cmp 1.json "frozen/$file")"
said 2 "dv: error: cannot write 'none/$file': No such file or directory" --cases c.yaml --write none

cd "$root" || exit 99
if need "schema" node-ajv node; then
    for f in 1 3 state; do
        is "JSON fits docs/schema/validate.json ($f)" valid "$(NODE_PATH=/usr/share/nodejs node -e '
            const fs = require("fs"), Ajv = require("ajv");
            const read = f => JSON.parse(fs.readFileSync(f));
            const ajv = new (Ajv.default || Ajv)();
            const ok = ajv.validate(read("docs/schema/validate.json"), read(process.argv[1]));
            console.log(ok ? "valid" : ajv.errorsText())' "$dir/$f.json" 2>&1)"
    done
fi
done_testing
