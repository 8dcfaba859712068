#!/bin/bash
# dv stats --list names every figure of `dv run --json`, and nothing else: the numbers of runs that
# between them fill every key, against the list. Energy adds up, action counts read as YAML, and the
# clock of a 910B4 is said.
#   stats.sh DV
dv=$(realpath "$1")
cd "$(dirname "$0")/.." || exit 99
. tests/tap.sh
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT

gemm=kernels/gemm/gemm_f16.s
"$dv" run $gemm m=64 n=64 k=64 --verify --energy=joules --uncertainty --quiet --json "$dir/1.json"
"$dv" run kernels/softmax/softmax_f32.s rows=2 cols=64 --verify --quiet --json "$dir/2.json"
"$dv" run bench/validate/r1_sum.s --quiet --json "$dir/3.json"
"$dv" check kernels/elementwise/vadd_f16.s n=512 --explore 1 --quiet --json "$dir/4.json"
"$dv" stats --list --json "$dir/list.json"

if need "names" nodejs node; then
    out=$(node -e '
        const fs = require("fs"), read = f => JSON.parse(fs.readFileSync(f));
        const dir = process.argv[1], seen = new Set(), listed = new Set(), bad = [];
        const star = {args: 1, verify: 1, marks: 1};
        for (const s of read(dir + "/list.json").statistics) {
            if (listed.has(s.name)) bad.push("twice: " + s.name);
            if (!s.description) bad.push("no words: " + s.name);
            listed.add(s.name);
        }
        const walk = (name, v) => {
            if (typeof v === "number") {
                if (!listed.has(name)) bad.push("not listed: " + name);
                seen.add(name);
            } else if (v === null) {
                seen.add(name);
            } else if (Array.isArray(v)) {
                if (name !== "findings") v.forEach(x => walk(name + ".*", x));
            } else if (typeof v === "object") {
                for (const k in v)
                    walk((name ? name + "." : "") + (star[name] ? "*" : k), v[k]);
            }
        };
        for (const i of [1, 2, 3, 4]) walk("", read(`${dir}/${i}.json`));
        for (const name of listed) if (!seen.has(name)) bad.push("not emitted: " + name);
        const e = read(dir + "/1.json").energy, parts = Object.values(e.parts);
        const sum = parts.reduce((a, b) => a + b);
        if (Math.abs(sum / e.macs - 1) > 1e-9) bad.push("parts of the energy do not add up");
        if (!(e.low < e.uj && e.uj < e.high)) bad.push("energy outside its range");
        if (read(dir + "/1.json").actions["cube.mac_f16"] !== 64 ** 3) bad.push("products");
        if (read(dir + "/2.json").energy !== null) bad.push("energy that nobody asked for");
        if (!(read(dir + "/2.json").actions["vector.repeat"] > 0)) bad.push("repeats");
        console.log(bad.slice(0, 20).join("\n") || "all")' "$dir" 2>&1)
    is "statistics of dv run --json are those of dv stats --list" all "$out"
fi

# has NAME STATUS WORDS COMMAND ..: status, and words somewhere in the output
has() {
    local out status
    out=$("$dv" "${@:4}" 2>&1)
    status=$?
    case $out in *"$3"*) is "$1" "$2" "$status" ;; *) not_ok "$1" "no '$3' in: $out" ;; esac
}
has "list" 0 "bytes.GM_TO_UB                        B             moved on the path GM_TO_UB" stats --list
has "stats alone" 2 "expected --list" stats
has "stats of a kernel" 2 "'k.s' is too many" stats --list k.s
run="run $gemm m=256 n=256 k=256 --data off"
# shellcheck disable=SC2086
{
    has "shares" 0 "energy: cube 8" $run --energy
    has "joules" 0 "with every energy at that end of its range" $run --energy=joules
    has "bad value" 2 "--energy watt: expected joules, or nothing for shares" $run --energy=watt
    "$dv" $run --energy --quiet --json "$dir/once.json"
    has "ratio to another run" 0 "energy_ratio.cube: 2.000" run $gemm m=512 n=256 k=256 \
        --data off --energy-against "$dir/once.json"
    has "another chip" 0 "is of another chip file" $run --chip 910B3 --energy-against "$dir/once.json"
    has "a run without energy" 2 "has no energy to compare with" $run --energy-against "$dir/2.json"
    has "no such run" 2 "none.json" $run --energy-against "$dir/none.json"
    has "the clock of a 910B4" 0 "clock: 1650 MHz, one of its two documented clocks" $run --chip 910B4
    has "its other clock" 0 "clock: 1500 MHz, one of its two documented clocks" $run --chip 910B4 \
        --set clock=1500
    has "neither" 0 "clock: 1600 MHz, set; 1500 MHz is documented" $run --chip 910B4 --set clock=1600
    has "a profile says it too" 0 "clock: 1650 MHz" prof $gemm m=64 n=64 k=64 --data off --chip 910B4
    has "a package" 0 "dies: 1 of 2: a launch runs on one die" $run --chip 910C-package
    is "no such line elsewhere" "" "$("$dv" $run | grep -E '^(clock|dies|energy)')"
    "$dv" $run --chip 910B4 --quiet --accelergy "$dir/a.yaml"
}
is "shares do not depend on payload" \
    "$("$dv" run $gemm m=256 n=256 k=256 --energy | grep '^energy')" \
    "$("$dv" run $gemm m=256 n=256 k=256 --energy --data off | grep '^energy')"
is "counts do not depend on replay" \
    "$("$dv" run $gemm m=1024 n=256 k=1024 --data off --no-replay --accelergy - --quiet)" \
    "$("$dv" run $gemm m=1024 n=256 k=1024 --data off --accelergy - --quiet)"
is "Accelergy action counts" "action_counts: version: 0.4 local: - name: 910B4.cube \
action_counts: - name: mac_f16 counts: 16777216" "$(head -n 7 "$dir/a.yaml" | xargs)"

if need "schema" node-ajv node; then
    is "JSON fits docs/schema/stats.json" valid "$(NODE_PATH=/usr/share/nodejs node -e '
        const fs = require("fs"), Ajv = require("ajv");
        const read = f => JSON.parse(fs.readFileSync(f));
        const ajv = new (Ajv.default || Ajv)();
        const ok = ajv.validate(read("docs/schema/stats.json"), read(process.argv[1]));
        console.log(ok ? "valid" : ajv.errorsText())' "$dir/list.json" 2>&1)"
fi
done_testing
