#!/bin/bash
# dv prof --against: two runs beside each other. Its figures are those of the two documents, what
# changed most comes first, lines are found again, documents from anywhere are refused with the place
# of what is wrong. Pictures of the part "Compare" go to SHOTS.
#   against.sh DV SHOTS
dv=$(realpath "$1")
mkdir -p "$2"
shots=$(realpath "$2")
cd "$(dirname "$0")/.." || exit 99
source=$PWD
. tests/tap.sh
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 99

# has NAME STATUS TEXT COMMAND ..: exit status, and a line of all it prints
has() {
    local name=$1 status=$2 text=$3
    shift 3
    "$@" >out.txt 2>&1
    local found=$?
    if [ "$found" -eq "$status" ] && grep -qF -- "$text" out.txt; then
        ok "$name"
    else
        not_ok "$name" "status $found, wanted $status and: $text
$(tail -n 5 out.txt)"
    fi
}

# ---- one line is changed, two are put before it ------------------------------------------------

cp "$source/tests/prof/copy_rows.s" k.s
"$dv" prof k.s --json before.json -o folder >/dev/null 2>&1
is "the run before" 0 $?
sed -i 's/^    set     full\[.p\]$/    bar.all\n&/; s/^    wait    empty.*$/& ; changed/
    1i ; one more line\n; and one more' k.s
"$dv" prof k.s --json now.json --against before.json >now.txt 2>&1
is "compared" 0 $?
"$dv" prof k.s --against folder >folder.txt 2>&1
is "a folder of -o does as well as its file" "$(sed -n '/^figure/,$p' now.txt)" \
    "$(sed -n '/^figure/,$p' folder.txt)"

# look FILE EXPRESSION: of the documents d and before.json b, and the comparison a.
look() {
    node -e 'const read = f => JSON.parse(require("fs").readFileSync(f));
        const d = read(process.argv[1]), b = read(process.argv[3]), a = d.against;
        const sum = (l, f) => l.reduce((n, x) => n + f(x), 0), path = x => x.profile.critical_path;
        const falls = l => l.every((x, i) => !i || Math.abs(x) <= Math.abs(l[i - 1]));
        const share = (x, u, f) => { const p = x.pipes[u], stalls = sum(Object.values(p.stall), v => v);
            return f(p, stalls) / (p.busy_cycles + stalls + p.idle_cycles); };
        console.log(eval(process.argv[2]));' "$1" "$2" "${3:-before.json}"
}
if need "JSON" node-ajv node; then
    is "fits the schema" valid "$(NODE_PATH=/usr/share/nodejs node -e '
        const fs = require("fs"), Ajv = require("ajv");
        const read = f => JSON.parse(fs.readFileSync(f)), dir = process.argv[2];
        const ajv = new (Ajv.default || Ajv)();
        ajv.addSchema(read(dir + "/finding.json"));
        console.log(ajv.validate(read(dir + "/run.json"), read(process.argv[1])) ? "valid"
            : ajv.errorsText());' now.json "$source/docs/schema" 2>&1)"
    is "figures are those of both documents" true "$(look now.json '
        a.figures.length >= 4 && a.figures.every(f => f.before === b[f.name] && f.now === d[f.name] &&
        f.difference === f.now - f.before && f.percent === 100 * (f.now - f.before) / f.before)')"
    is "shares of the units" true "$(look now.json '
        Object.keys(a.pipes).join() === Object.keys(d.pipes).join() && Object.entries(a.pipes).every(([u, p]) =>
        [["before", b], ["now", d]].every(([w, x]) => p.busy[w] === share(x, u, q => q.busy_cycles) &&
        p.stall[w] === share(x, u, (q, s) => s) && p.idle[w] === share(x, u, q => q.idle_cycles)))')"
    is "waits that changed, all of them" true "$(look now.json '
        a.stalls.every(s => s.now === share(d, s.pipe, p => p.stall[s.reason]) &&
        s.before === share(b, s.pipe, p => p.stall[s.reason])) && a.stalls.length ===
        sum(Object.keys(d.pipes), u => Object.keys(d.pipes[u].stall).filter(r =>
        share(d, u, p => p.stall[r]) !== share(b, u, p => p.stall[r])).length)')"
    is "bytes of every path that carries some" true "$(look now.json '
        a.bytes.every(x => x.before === b.bytes[x.name] && x.now === d.bytes[x.name]) &&
        a.bytes.length === Object.keys(d.bytes).filter(k => d.bytes[k] || b.bytes[k]).length')"
    is "cells of the critical path" true "$(look now.json '
        a.critical_path.by.every(c => c.now === ((path(d).pipes[c.pipe] || {by: {}}).by[c.cause] || 0) &&
        c.before === ((path(b).pipes[c.pipe] || {by: {}}).by[c.cause] || 0) && c.now !== c.before)')"
    is "their differences add up" true "$(look now.json '
        sum(a.critical_path.by, c => c.difference) === path(d).cycles - path(b).cycles &&
        a.critical_path.cycles.difference === path(d).cycles - path(b).cycles')"
    is "those of the lines add up" true "$(look now.json '
        sum(a.critical_path.lines, l => l.difference) + a.critical_path.no_instruction.difference ===
        path(d).cycles - path(b).cycles')"
    is "lines are sums of their instructions" true "$(look now.json '
        a.critical_path.lines.every(l => [["before", b], ["now", d]].every(([w, x]) => !l[w] || l[w].cycles ===
        sum(path(x).instructions.filter(i => i.line === l[w].line && i.file === l[w].file), i => i.cycles)))')"
    is "most first" true "$(look now.json '
        [a.critical_path.lines, a.critical_path.by, a.stalls, a.bytes].every(l => falls(l.map(x => x.difference)))')"
    is "lines that moved are found by their text" "text 2" "$(look now.json '
        const l = a.critical_path.lines.find(l => l.now && l.now.text.startsWith("mov_ub_to_out"));
        l.matched + " " + (l.now.line - l.before.line - 1)')"
    is "the changed line is found by its mnemonic" 'mnemonic 2 "wait empty[\\p]" "wait empty[\\p] ; changed"' \
        "$(look now.json '
        const l = a.critical_path.lines.find(l => l.now && l.now.text.endsWith("; changed"));
        [l.matched, l.now.line - l.before.line, ...[l.before, l.now].map(x => JSON.stringify(x.text))].join(" ")')"
    is "the new line stands alone" "none null" "$(look now.json '
        const l = a.critical_path.lines.find(l => l.now && l.now.text === "bar.all"); l.matched + " " + l.before')"
    is "the console says the same" true "$(grep -qFx -- "$(look now.json a.text)" now.txt && echo true)"
    is "slower, by how much" true "$(look now.json '
        a.text.startsWith((100 * (d.cycles - b.cycles) / b.cycles).toFixed(1) + " % slower (" + b.cycles +
        " -> " + d.cycles + " cycles): ")')"
    is "lines on the console, in that order" "$(look now.json '
        a.critical_path.lines.slice(0, 12).map(l => (l.now || l.before).text).join("\n")')" \
        "$(sed -n '/line, cycles of the critical path/,/^$/p' now.txt | grep -E '^ +[0-9.-]+ ' |
            sed -E 's/^.*k\.s:[0-9]+( -> [0-9]+)? +//')"
    is "run.json of a folder is the document" true "$(look before.json '
        delete d.host, delete b.host, delete d.host_seconds, delete b.host_seconds;
        JSON.stringify(d) === JSON.stringify(b)' folder/run.json)"

    # Two settings of one kernel: S hands work over late, or early.
    "$dv" prof "$source/tests/prof/gemm_late.s" --json late.json --quiet
    "$dv" prof "$source/tests/prof/gemm_late.s" late=0 --against late.json --json early.json >early.txt
    is "what was set otherwise" '[{"name":"args.late","before":"1","now":"0"}]' \
        "$(look early.json 'JSON.stringify(a.differs)' late.json)"
    is "faster" true "$(look early.json '/^[0-9.]+ % faster .* What was set differs: args.late\.$/.test(a.text)' late.json)"
    is "no comparison, no member" null "$(look late.json a late.json)"
fi
# Longer rows: the work that is saved comes back as starts, in part.
sed 's/^\.equ    ROWS, 512/.equ    ROWS, 128/; s/out:align = {len_burst=WIDE n_burst=ROWS}/out:align = {len_burst=WIDE*ROWS}/
    s/512\*tiles/128*tiles/' "$source/tests/prof/copy_rows.s" >rows.s
"$dv" prof rows.s --json rows.json --quiet 2>/dev/null
sed -i 's/^\.equ    ROWS, 128/.equ    ROWS, 32/; s/^\.equ    WIDE, 128/.equ    WIDE, 512/
    s/128\*tiles, 128/32*tiles, 512/; s/128\*tiles, 64/32*tiles, 256/' rows.s
"$dv" prof rows.s --against rows.json --json long.json >long.txt 2>/dev/null
is "the net of a unit" 1 \
    "$(grep -cE ': on the critical path MTE2 takes [0-9]+ cycles less \(work -[0-9]+, head \+[0-9]+\)[.;]' long.txt)"
is "bytes of a burst" "128 512 +384 16384 16384 0" "$(awk '/^  in one burst/ { printf "%s%s %s %s", s, $4, $5, $6; s = " " }' long.txt)"
if need "bursts and the net" node-ajv node; then
    is "the net is that of both documents" true "$(look long.json '
        (n => a.text.includes(" takes " + Math.round(path(b).pipes.MTE2.cycles - path(d).pipes.MTE2.cycles) + " cycles less"))()' rows.json)"
    is "bytes of a burst in the JSON" "GM_TO_UB 128 512 384" "$(look long.json '
        (x => [x.name, x.before, x.now, x.difference].join(" "))(a.bytes_a_burst.find(x => x.name === "GM_TO_UB"))' rows.json)"
fi
"$dv" prof k.s --json now.json --quiet 2>/dev/null
has "the same again" 0 ": nothing changed." "$dv" prof k.s --against now.json
has "set otherwise" 0 "differs: model.chip, 910B1 -> 910B3" "$dv" prof k.s --against now.json --chip 910B3
has "arguments" 0 "differs: args.tiles, 24 -> 12" "$dv" prof k.s tiles=12 --against now.json

# ---- documents that cannot be compared ---------------------------------------------------------

refused() { # NAME TEXT FILE
    has "$1" 2 "$2" "$dv" prof k.s --against "$3" -o never
    [ ! -e never ] || not_ok "$1: nothing is written" "$(ls never)"
    rm -rf never
}
refused "no file" "cannot read 'none.json': No such file" none.json
mkdir empty
refused "a folder without it" "cannot read 'empty/run.json'" empty
: >empty.json
refused "empty" "'empty.json' is empty" empty.json
echo "cycles: 5" >text.json
refused "not JSON" "text.json:1:" text.json
head -c 3000 now.json >cut.json
refused "cut short" "not JSON" cut.json
head -c 33600000 /dev/zero | tr '\0' ' ' >large.json
refused "too large" "larger than 32 MiB" large.json
head -c 100000 /dev/zero | tr '\0' '[' >deep.json
refused "nested deeply" "deep.json:1:" deep.json
printf '{"schema": "dv.run/1", "kernel": "\\u0000"}' >nul.json
refused "a NUL in a text" "nul.json:1:" nul.json
echo '[1, 2]' >list.json
refused "a list" "schema is missing" list.json
"$dv" chip 910B1 --json chip.json >/dev/null 2>&1
refused "another document" "schema" chip.json
"$dv" run k.s --time off --json untimed.json --quiet >/dev/null 2>&1
refused "a run without time" "cycles is missing: that run had no time" untimed.json
"$dv" prof "$source/kernels/elementwise/vadd_f16.s" n=4096 --json other.json --quiet
refused "another kernel" "error: other.json is a run of kernel 'vadd_f16', not of 'copy_rows'" other.json
has "another kernel, with --force" 0 "differs: kernel, vadd_f16 -> copy_rows" \
    "$dv" prof k.s --against other.json --force

# wrong NAME TEXT PATH VALUE: now.json with one member replaced; PATH in parts, VALUE as JSON
wrong() {
    node -e 'const fs = require("fs"), d = JSON.parse(fs.readFileSync("now.json"));
        const at = process.argv[1].split("/"), last = at.pop();
        at.reduce((o, k) => o[k], d)[last] = JSON.parse(process.argv[2]);
        fs.writeFileSync("wrong.json", JSON.stringify(d));' "$3" "$4"
    refused "$1" "error: wrong.json: $2" wrong.json
}
long=$(printf '%0300d' 7)
if need "wrong members" nodejs node; then
    wrong "another version" "schema is 'dv.run/2', and only dv.run/1" schema '"dv.run/2"'
    wrong "a schema that draws on the terminal" "schema is '?[2J'" schema '"\u001b[2J"'
    wrong "kernel is no text" "kernel is no text" kernel 5
    wrong "no kernel" "kernel is missing" kernel null
    wrong "cycles is no number" "cycles is no number" cycles '"many"'
    wrong "cycles is negative" "cycles is negative" cycles -1
    wrong "cycles is too large" "cycles is too large" cycles 1e300
    wrong "no cycles" "cycles is missing" cycles 0
    wrong "no units" "pipes is missing" pipes null
    wrong "units are a list" "pipes is no object" pipes '[]'
    wrong "a unit is a text" "pipes.MTE2 is no object" pipes/MTE2 '"x"'
    wrong "a unit nobody knows" "pipes.$(printf '%.20s' "$long")" "pipes/$long" '{}'
    wrong "busy is an object" "pipes.MTE2.busy_cycles is no number" pipes/MTE2/busy_cycles '{}'
    wrong "a wait nobody knows" "pipes.MTE2.stall.tea is not known here" pipes/MTE2/stall/tea 1
    wrong "a path nobody knows" "bytes.UP_TO_DOWN is not known here" bytes/UP_TO_DOWN 1
    wrong "bytes are null and negative" "bytes.GM_TO_UB is negative" bytes/GM_TO_UB -2
    wrong "an argument is a list" "args.tiles is neither" args/tiles '[1]'
    wrong "too many arguments" "args.a3" args "$(node -p 'JSON.stringify(Object.fromEntries(
        [...Array(2000).keys()].map(i => ["a" + i, i])))')"
    wrong "the profile is a number" "profile is no object" profile 3
    wrong "a move along a path nobody knows" "profile.moves.UP->DOWN is not known here" profile/moves/UP-\>DOWN '{}'
    wrong "a move is a number" "profile.moves.GM->UB is no object" 'profile/moves/GM->UB' 3
    wrong "runs are negative" "profile.moves.runs is negative" 'profile/moves/GM->UB/runs' -1
    wrong "a cause nobody knows" "profile.critical_path.pipes.MTE2.tea is not known here" \
        profile/critical_path/pipes/MTE2/by/tea 1
    wrong "instructions are no list" "profile.critical_path.instructions is no list" \
        profile/critical_path/instructions '{}'
    wrong "an instruction is null" "profile.critical_path.instructions[1] is no object" \
        profile/critical_path/instructions/1 null
    wrong "a line is negative" "profile.critical_path.instructions[0].line is negative" \
        profile/critical_path/instructions/0/line -3
    # What is odd but fits goes through, and nothing of it reaches the terminal raw.
    node -e 'const fs = require("fs"), d = JSON.parse(fs.readFileSync("now.json"));
        const i = d.profile.critical_path.instructions;
        for (const x of i) Object.assign(x, {source: "\u001b[31m</script>".repeat(90), file: null, line: null});
        i.push({pc: 4, cycles: 9e15}, {});
        d.args = {"\u001b]0;x": "\u009b31m"};
        fs.writeFileSync("odd.json", JSON.stringify(d));'
    has "odd texts" 0 "compared with odd.json" "$dv" prof k.s --against odd.json -o odd
    is "no control character is printed" 0 "$(grep -cP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]' out.txt)"
    is "the page ends no script early" 2 "$(grep -c '</script>' odd/report.html)"
fi
"$dv" run k.s --json plain.json --quiet >/dev/null 2>&1
has "a document of dv run has no critical path" 0 "the earlier run has no critical path" \
    "$dv" prof k.s --against plain.json
has "for dv prof only" 2 "--against belongs to 'dv prof'" "$dv" run k.s --against now.json
has "--force needs something to force" 2 "name a folder" "$dv" prof k.s --force
has "a file that is not there anymore" 2 "cannot read" "$dv" prof k.s --against ""

# ---- in a browser ------------------------------------------------------------------------------

for python in python3 /usr/bin/python3; do
    "$python" -c 'import selenium' 2>/dev/null && break
    python=
done
if [ -z "$python" ] || ! command -v chromedriver >/dev/null; then
    need "browser" "python3-selenium chromium-driver" 'chromedriver with selenium'
else
    "$dv" prof k.s --json page.json --against before.json -o page --quiet 2>/dev/null
    is "in a browser" "" "$("$python" "$source/tests/against.py" page page.json "$shots" 2>&1)"
    "$dv" prof k.s -o single --quiet 2>/dev/null
    is "a page without a comparison has no such part" "null" \
        "$(sed -n 's/^ *"against": \(null\),$/\1/p' single/report.html)"
fi
done_testing
