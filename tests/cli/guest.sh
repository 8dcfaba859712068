#!/bin/bash
# What a wrong kernel gets: status 1, the headline, and a JSON document with the finding. Every
# kernel is the one `dv new` writes with one thing wrong.
#   guest.sh DV
dv=$(realpath "$1")
cd "$(dirname "$0")/../.." || exit 99
schemas=$PWD/docs/schema
. tests/tap.sh
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 99
"$dv" new add >/dev/null

# guest NAME HEADLINE SED-SCRIPT [ARGUMENT ..]
guest() {
    local name=$1 headline=$2 script=$3
    shift 3
    sed "$script" add.s >"$name.s"
    "$dv" run "$name.s" --json "$name.json" "$@" >"$name.out" 2>"$name.err"
    is "$name" "1 $name.s:$headline" "$? $(grep -m 1 "error:" "$name.err" |
        sed 's/^endless.s:27/endless.s:26/')"
    is "$name prints no result" "" "$(cat "$name.out")"
}

guest misaligned "33:5: error: ALIGN: dst address 0x2004 in ub is not a multiple of 32 bytes" \
    's/rb:ub = B/rb:ub = B+4/'
guest outside "36:5: error: BOUNDS: writes ub 0x2f000..0x31000, ub of this core has 196608 bytes" \
    's/rc:ub = C/rc:ub = 0x2f000/'
guest illegal "36:5: error: ILLEGAL: no instruction has the word 0xffffffff" \
    's/vadd.f16 .*/.word 0xffffffff/'
guest double_set "35:5: error: FLAG: flag full (mte2 -> v, id 0) is set twice without a wait\
 between" 's/    set     full/&\n&/'
guest division "25:5: error: RANGE: division by zero" 's/^loop:/    div.s64 left, left, zero\nloop:/'
guest itself "25:7: error: LIMIT: endless loop: the jump goes to itself and nothing can change" \
    's/^loop:/here: jump here\n&/'
guest endless "26:5: error: LIMIT: the cycle limit of 5000 is used up (--max-cycles)" \
    's/^loop:/&\n    nop\n    jump loop/' --max-cycles 5000
guest collision "35:5: error: COLLISION: ub bytes at 0x0 are read by pipe v while pipe mte2 still\
 has them in writing" '/wait    full/d'
guest deadlock "37:5: error: DEADLOCK: deadlock on core 24: v waits for flag full (mte2 -> v, id 0)\
 at line 35; mte2 waits for flag saved (mte3 -> mte2, id 0) at line 40; mte3 waits for flag ready\
 (v -> mte3, id 0) at line 37; s waits at END (line 47) for the pipes" '/set     ready/d'

is "a fault names the kind of core" "when core 24 (aiv 0), block 0, pipe VECTOR" \
    "$(grep -m 1 '^  when' collision.err | xargs | cut -d, -f1-3)"

if need "findings" node-ajv node; then
    for json in *.json; do
        code=$(grep -oE 'error: [A-Z]+' "${json%.json}.err" | head -n 1 | cut -d' ' -f2)
        is "$json" "valid $code true null" "$(NODE_PATH=/usr/share/nodejs node -e '
            const fs = require("fs"), Ajv = require("ajv");
            const read = f => JSON.parse(fs.readFileSync(f));
            const ajv = new (Ajv.default || Ajv)();
            ajv.addSchema(read(process.argv[2] + "/finding.json"));
            const run = read(process.argv[1]), f = run.findings[0];
            const ok = ajv.validate(read(process.argv[2] + "/run.json"), run);
            console.log(ok ? "valid" : ajv.errorsText(), f.code, f.line > 0 && f.pc !== null &&
                f.cycle !== null && f.pipe !== null, run.cycles);' "$json" "$schemas" 2>&1)"
    done
fi
done_testing
