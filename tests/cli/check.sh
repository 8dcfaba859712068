#!/bin/bash
# dv check and --check: text, exit status, JSON and SARIF against their schemas, --explain,
# --explore, .allow. The rules themselves are tested elsewhere.
#   check.sh DV
dv=$(realpath "$1")
cd "$(dirname "$0")/../.." || exit 99
schemas=$PWD/docs/schema
. tests/tap.sh
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 99

# fits FILE SCHEMA: "valid" or what is wrong.
fits() {
    NODE_PATH=/usr/share/nodejs node -e '
        const fs = require("fs"), Ajv = require("ajv");
        const [, file, name, dir] = process.argv;
        const read = f => JSON.parse(fs.readFileSync(f));
        const ajv = new (Ajv.default || Ajv)();
        ajv.addSchema(read(dir + "/finding.json"));
        console.log(ajv.validate(read(dir + "/" + name), read(file)) ? "valid" : ajv.errorsText());
        ' "$1" "$2" "$schemas" 2>&1
}
json=$(need "schemas" node-ajv node >need.txt && echo yes)
[ -n "$json" ] || { need "schemas" node-ajv node || true; }
# look FILE EXPRESSION over the document d
look() {
    node -e 'const d = JSON.parse(require("fs").readFileSync(process.argv[1]));
        console.log(eval(process.argv[2]));' "$1" "$2" 2>&1
}

# Two dependent vector instructions without a barrier: right in every run, and a race.
cat >race.s <<'END'
.kernel race, core=aiv
.param  x, in,  f16[n]
.param  y, out, f16[n]
.param  n, u32 = 1024, max=1024
.ref    add, x, x, max_ulp=0
.buf    T, ub, f16[1024]
.buf    U, ub, f16[1024]
.flag   loaded, mte2 -> v
.flag   added,  v -> mte3
race:
    .reg    p:gm, q:gm, t:ub = T, u:ub = U, zero = 0
    .reg    move:align = {len_burst=2048}, each:vec3 = {repeat=8}, one:vec1 = {repeat=8}
    ldparam p, x
    ldparam q, y
    mov_out_to_ub_align.b16 [t], [p], move
    set     loaded
    wait    loaded
    vadds.f16 [u], [t], zero, one
    vadd.f16 [u], [u], [t], each
    set     added
    wait    added
    mov_ub_to_out_align.b16 [q], [u], move
    end
END
sed 's/^    vadd\.f16/    bar.v\n&/' race.s >good.s
sed 's/^    vadd\.f16.*/& ; dv:allow RACE measured/' race.s >allowed.s
sed 's/^    vadd\.f16/    .allow RAEC, "why"\n&/' race.s >misspelt.s
sed 's/^    set     loaded//' race.s >stuck.s
sed 's/^    vadd\.f16/    .rept 2\n    bar.v\n    bar.v\n    .endr\n&/' good.s >hint.s

# ---- text and status
is "a good kernel" "0 no findings" "$("$dv" check good.s >out.txt 2>err.txt; echo "$? $(tail -n 1 out.txt)")"
is "what was checked" "race on 910B1, 1 block, n=1024: 28 instructions" "$(head -n 1 out.txt)"
is "nothing on stderr" "" "$(cat err.txt)"
"$dv" check race.s n=1024 --blocks 1 >out.txt 2>err.txt
is "an error is status 1" "1 1 error" "$? $(tail -n 1 out.txt)"
is "its place and code" "race.s:19:5: error: RACE: potential" "$(sed -n 2p out.txt | cut -d' ' -f1-4)"
is "the source line and a caret" "    vadd.f16 [u], [u], [t], each
    ^" "$(sed -n 3,4p out.txt | sed 's/^    //')"
for line in insn operand when against fix:; do
    is "it says '$line'" true "$(grep -q "^  $line " out.txt && echo true)"
done
is "--quiet: the status alone" "1" "$("$dv" check race.s --quiet 2>&1; echo $?)"
sed 's/^    ldparam p, x/    .reg k = 7\nmore:\n&/
    s/^    end/    bar.all\n    sub.s64 k, k, 1\n    jumpcmp.gt.s64 k, zero, more\n&/' race.s >seven.s
"$dv" check seven.s >out.txt
times=$(grep -oP 'RACE:.* \(\K[0-9]+(?= times\)$)' out.txt)
is "times it was met" true "$([ "$times" -ge 7 ] && [ $((times % 7)) -eq 0 ] && echo true)"

# Found on the way of a run.
"$dv" run race.s --check --verify >out.txt 2>err.txt
is "run --check: status, results" "1 true" "$? $(grep -oP '^verified: +\K.*' out.txt)"
is "run --check: findings on stderr, counted" "RACE: 1 error" \
    "$(grep -oE 'RACE:' err.txt) $(tail -n 1 err.txt)"
is "run without --check" "0 " "$("$dv" run race.s --quiet 2>&1; echo $?) "
is "prof --check" "1 1 error" "$("$dv" prof race.s --check 2>&1 >out.txt | tail -n 1 >err.txt
    echo "${PIPESTATUS[0]} $(cat err.txt)")"
"$dv" check stuck.s >out.txt 2>err.txt
is "a deadlock is a finding too" "1 DEADLOCK 1 error" \
    "$? $(grep -oE 'error: [A-Z]+' out.txt | cut -d' ' -f2) $(tail -n 1 out.txt)"
is "with its picture" true "$(grep -q '^  deadlock: nothing can ever move again' out.txt && echo true)"
"$dv" as race.s -o race.o
is "an object is checked too" "1 race.s:19:5:" \
    "$("$dv" check race.o >out.txt 2>&1; echo "$? $(grep -m 1 -o 'race.s:[0-9:]*' out.txt)")"
mv race.s kept.s
is "without its source there is no excerpt" "  insn " \
    "$("$dv" check race.o 2>&1 | sed -n 3p | cut -c1-7)"
mv kept.s race.s
is "the macro it stands in" "    in expansion of macro twice from macro.s:19:5" "$(sed '1i\
.macro twice\
    vadd.f16 [u], [u], [t], each\
.endm
    s/^    vadd\.f16.*/    twice/' race.s | sed 's/^    vadds/\n&/' >macro.s
    "$dv" check macro.s 2>&1 | grep -m 1 expansion | sed 's/macro.s:2[0-9]/macro.s:19/')"

# ---- the session of README.md
cp "$schemas/../../kernels/softmax/softmax_f32.s" softmax.s
grep -v bar.v "$schemas/../../kernels/softmax/softmax.inc" >softmax.inc
is "README: the run verifies" "0 verified: true" \
    "$("$dv" run softmax.s --verify >out.txt; echo "$? $(grep verified: out.txt | xargs)")"
"$dv" check softmax.s >out.txt
is "README: the check is status 1" 1 $?
is "README: what it prints" "" "$(sed -n '/dv check softmax.s$/,/^$/s/^    //p' "$schemas/../../README.md" |
    tail -n +2 | while read -r line; do grep -qF "$line" out.txt || echo "$line"; done)"

sed '1,/^kernel$/d; /^+/d' "$schemas/../check/RACE.txt" | sed 's/^.//' >chain.s
"$dv" check chain.s >out.txt
is "docs/check.md: what it prints" "" "$(sed -n '/dv check chain.s$/,/^$/s/^    //p' \
    "$schemas/../check.md" | tail -n +2 | sed 's/ [.][.]$//' |
    while read -r line; do grep -qF "$line" out.txt || echo "$line"; done)"

# ---- .allow
is "an allowed finding" "0 no findings" \
    "$("$dv" check allowed.s >out.txt 2>err.txt; echo "$? $(tail -n 1 out.txt | sed 's/ (.*allowed)//')")"
is "is counted" true "$(tail -n 1 out.txt | grep -q '([0-9]* allowed)$' && echo true)"
"$dv" check misspelt.s >out.txt 2>err.txt
is "a misspelt code is said" "1 dv: note: the instruction at misspelt.s:20 allows 'RAEC', which is no\
 finding; did you mean 'RACE'?" "$? $(cat err.txt)"

# ---- hints
"$dv" check hint.s --json hint.json >out.txt 2>err.txt
status=$?
is "hints leave status 0" "0 REDUNDANT" \
    "$status $(grep -oE 'hint: [A-Z]+' out.txt | cut -d' ' -f2 | sort -u | xargs)"
is "--hints off" "0 no findings" "$("$dv" check hint.s --hints off >out.txt; echo "$? $(tail -n 1 out.txt)")"

# ---- JSON and SARIF
"$dv" check race.s --json race.json --sarif race.sarif >out.txt
"$dv" check good.s --json good.json --sarif good.sarif >out.txt
"$dv" check stuck.s --json stuck.json --sarif stuck.sarif >out.txt 2>err.txt
"$dv" run good.s --json run.json --quiet
if [ -n "$json" ]; then
    for f in race good stuck; do
        is "$f.json fits run.json" valid "$(fits $f.json run.json)"
        is "$f.sarif fits sarif-subset.json" valid "$(fits $f.sarif sarif-subset.json)"
    done
    is "JSON says that it was checked" "true false" \
        "$(look good.json d.checked) $(look run.json d.checked)"
    is "JSON: the finding" "RACE error 19 18 true" "$(look race.json \
        'const f = d.findings[0]; [f.code, f.severity, f.line, f.other.line, f.count > 0].join(" ")')"
    is "JSON: the picture of a deadlock" true "$(look stuck.json \
        'd.findings[0].picture.length > 3 && d.findings[0].other === null')"
    is "SARIF: every code is a rule" "$("$dv" check --explain | cut -d' ' -f1 | xargs)" \
        "$(look good.sarif 'd.runs[0].tool.driver.rules.map(r => r.id).join(" ")')"
    is "SARIF: levels of rules" "$("$dv" check --explain | sed 's/hint /note /' |
        sed 's/^[A-Z]* *\([a-z]*\) .*/\1/' | xargs)" \
        "$(look good.sarif 'd.runs[0].tool.driver.rules.map(r => r.defaultConfiguration.level).join(" ")')"
    is "SARIF: no findings, no results" 0 "$(look good.sarif 'd.runs[0].results.length')"
    is "SARIF: the result" "1 RACE error race.s:19:5 against race.s:18 RACE true" "$(look race.sarif '
        const u = d.runs[0], r = u.results[0], l = r.locations[0].physicalLocation,
            o = r.relatedLocations[0].physicalLocation;
        [u.results.length, r.ruleId, r.level, l.artifactLocation.uri + ":" + l.region.startLine +
            ":" + l.region.startColumn, r.relatedLocations[0].message.text.split(":")[0],
            o.artifactLocation.uri + ":" + o.region.startLine, u.tool.driver.rules[r.ruleIndex].id,
            / Fix: /.test(r.message.text)].join(" ")')"
    mkdir "a b"
    cp race.s "a b/r#1.s"
    "$dv" check "a b/r#1.s" --sarif uri.sarif >out.txt
    is "SARIF: a path is a URI" "a%20b/r%231.s" "$(look uri.sarif \
        'd.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri')"
    "$dv" check "$dir/race.s" --sarif uri.sarif >out.txt
    is "SARIF: an absolute path" "file://$dir/race.s" "$(look uri.sarif \
        'd.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri')"
    is "--json - prints JSON alone" RACE \
        "$("$dv" check race.s --json - >dash.json; look dash.json 'd.findings[0].code')"
    is "--sarif - prints SARIF alone" 2.1.0 \
        "$("$dv" check race.s --sarif - >dash.json; look dash.json 'd.version')"
fi

# ---- exploration
is "schedules that agree" "0 20 schedules: identical results" \
    "$("$dv" check good.s --explore 20 >out.txt; echo "$? $(sed -n 2p out.txt)")"
cat >last.s <<'END'
.kernel last, core=aiv
.param  y, out, f16[128]
.buf    T, ub, f16[128]
.flag   filled, v -> mte3
last:
    .reg    q:gm, id, t:ub = T, move:align = {len_burst=256}, each:dup = {repeat=1}
    ldparam q, y
    mov     id, blockid
    movev.b16 [t], id, each
    set     filled
    wait    filled
    mov_ub_to_out_align.b16 [q], [t], move
    end
END
"$dv" check last.s --blocks 8 --explore 100 --explore-seed 5 --json last.json >out.txt
is "schedules that differ" "1 EXPLORE" "$? $(grep -oE 'error: EXPLORE' out.txt | cut -d' ' -f2)"
seed=$(sed -n 's/.*--explore-seed \([0-9]*\) runs it$/\1/p' out.txt)
is "the seed is said" true "$([ "${seed:-0}" -ge 5 ] && echo true)"
"$dv" run last.s --blocks 8 y=@base.npy --quiet
"$dv" run last.s --blocks 8 y=@other.npy --quiet --explore-seed "$seed"
is "and runs alone" 1 "$(cmp -s base.npy other.npy; echo $?)"
[ -z "$json" ] || is "JSON of an exploration" "valid $seed true" "$(fits last.json run.json) $(look \
    last.json 'd.explored.seed + " " + d.explored.differs')"
is "a kernel that faults is not explored" "1 no other schedule was tried: the run itself faults" \
    "$("$dv" check stuck.s --explore 3 2>err.txt >out.txt; echo "$? $(sed -n 2p out.txt)")"

# ---- what a macro of dv.inc made belongs to the line that invoked it
cat >library.s <<'END'
.include "dv.inc"
.kernel library, core=aiv
.param  x, in, f16[1024]
.buf    A, ub, f16[1024]
.flag   loaded, mte2 -> mte3
library:
    .reg    px:gm, ra:ub = A
    ldparam px, x
    gm_to_ub ra, px, 2048
    set     loaded
    wait    loaded
    ub_to_gm px, ra, 2048
    end
END
"$dv" check library.s --hints off >out.txt
is "the line of the kernel" "library.s:12:5: error: OUTPUT:" \
    "$(sed -n 2p out.txt | cut -d' ' -f1-3)"
is "then that of the macro" true "$(grep -q '^    at .*dv.inc:' out.txt && echo true)"
sed 's/^    ub_to_gm/    .allow OUTPUT, "a test"\n&/' library.s >allowed.s
is ".allow covers what its line expands to" "0 no findings (1 allowed)" \
    "$("$dv" check allowed.s --hints off >out.txt; echo "$? $(tail -n 1 out.txt)")"
sed 's/^    gm_to_ub/    .allow OUTPUT, "a test"\n&/' library.s >other.s
is "and no other line" "1 1 error" \
    "$("$dv" check other.s --hints off >out.txt; echo "$? $(tail -n 1 out.txt)")"

# ---- --explain and usage
is "--explain lists codes" "RACE error" "$("$dv" check --explain | head -n 1 | xargs | cut -d' ' -f1,2)"
is "--explain takes any case" "0 RACE (error): two" \
    "$("$dv" check --explain race >out.txt; echo "$? $(head -n 1 out.txt | cut -d' ' -f1-3)")"
# refuse STDERR ARGUMENT ..
refuse() {
    local words=$1 got
    shift
    got=$("$dv" "$@" 2>&1 >/dev/null)
    is "dv $*" "2 $words" "$? $(grep -v "^see 'dv help" <<<"$got")"
}
refuse "dv: error: no finding 'RAEC'; did you mean 'RACE'?" check --explain RAEC
refuse "dv: error: no finding 'WHATEVER'; 'dv check --explain' lists them" check --explain WHATEVER
refuse "dv: error: expected a kernel: an object or assembly text" check
refuse "dv: error: --explore 0: expected a number in 1..1000000" check race.s --explore 0
refuse "dv: error: --hints maybe: expected on or off" check race.s --hints maybe
refuse "dv: error: --sarif belongs to 'dv check'" run race.s --sarif x
refuse "dv: error: --explore belongs to 'dv check'" run race.s --explore 5
refuse "dv: error: --log and --dump belong to 'dv run'" check race.s --log x
refuse "dv: error: --json and --sarif cannot both go to standard output" check race.s --json - --sarif -
refuse "dv: error: cannot write 'no/x.sarif': No such file or directory" check good.s --sarif no/x.sarif
done_testing
