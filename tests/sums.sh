#!/bin/bash
# busy + stalls + idle = cycles x the cores that have the unit, for every unit, to the last digit;
# cycles_by_provenance adds up to cycles.
#   sums.sh DV
dv=$(realpath "$1")
cd "$(dirname "$0")/.." || exit 99
. tests/tap.sh
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
need "sums" nodejs node || done_testing

# A merged core, whose words and units are others.
cat >"$dir/c100.s" <<'EOF'
.kernel k, core=c100
.param  x, in, f16[n]
.param  y, out, f16[n]
.param  n, u32 = 2048, multiple=128
.buf    A, ub, f16[2048]
.flag   full, mte2 -> mte3
k:      .reg px:gm, py:gm, ra:ub = A, mv:burst = {len_burst=128}
        ldparam px, x
        ldparam py, y
        mov_out_to_ub [ra], [px], mv
        set     full
        wait    full
        mov_ub_to_out [py], [ra], mv
        end
EOF

# sums CORES CHIP KERNEL ARG ..: CORES is how many of the kind the chip has. Runs only; one line of
# the list a run: cores used, file, name.
made=0
sums() {
    local most=$1 chip=$2 blocks
    shift 2
    for blocks in 1 2 7 53; do
        made=$((made + 1))
        "$dv" run "$@" --chip "$chip" --blocks $blocks --quiet --json "$dir/$made.json" \
            2>&1 | grep -v 'dv: note' >"$dir/$made.err"
        echo "$((blocks < most ? blocks : most)) $made $chip ${*//$dir\//} blocks=$blocks" >>"$dir/list"
    done
}

for chip in 910B1 910B4 seed-910b; do
    aic=24
    [ $chip = 910B4 ] && aic=20
    for shape in 'm=1 n=1 k=1' 'm=17 n=33 k=65' 'm=512 n=512 k=512' 'm=5 n=640 k=16'; do
        # shellcheck disable=SC2086
        sums $aic $chip kernels/gemm/gemm_f16.s $shape --data off
    done
    sums $aic $chip kernels/gemm/tile_f16.s --data off
    for n in 0 1 8191 100003 1000003; do
        sums $((2 * aic)) $chip kernels/elementwise/vadd_f16.s n=$n --data off
    done
    for rows in 1 5 64; do
        sums $((2 * aic)) $chip kernels/softmax/softmax_f32.s rows=$rows cols=1000
        sums $((2 * aic)) $chip kernels/norm/layernorm_f16.s rows=$rows cols=1000
    done
done
sums 24 910B1 bench/kernels/cube_loop.s n=100 --data off
sums 2 310 "$dir/c100.s"
sums 32 910A "$dir/c100.s"
# Numbers with fractions of every size.
sums 48 910B1 kernels/elementwise/vadd_f16.s n=70000 --data off --set core.scalar.issue=1.3 \
    --set core.flag.latency=0.004 --set core.gm_ub.rate=0.77

# Cycles of units are multiples of 1/256, exact in a double.
node -e '
    const fs = require("fs"), dir = process.argv[1];
    const wrong = (r, cores) => {
        const pipes = Object.entries(r.pipes || {}), out = [];
        if (!pipes.length || !(r.cycles > 0)) out.push("no cycles");
        const rests = Object.values(r.cycles_by_provenance || {});
        const all = rests.reduce((a, b) => a + b, 0);
        if (all !== r.cycles || !rests.every(Number.isInteger))
            out.push(`cycles_by_provenance: ${all} instead of ${r.cycles}`);
        for (const [name, p] of pipes) {
            let used = p.busy_cycles + p.idle_cycles;
            for (const n of Object.values(p.stall)) used += n;
            if (used !== r.cycles * cores)
                out.push(`${name}: ${used} instead of ${r.cycles} x ${cores}`);
            if (Math.abs(p.ratio - p.busy_cycles / (r.cycles * cores)) > 1e-12)
                out.push(`${name}: ratio ${p.ratio}`);
            if (name === "SCALAR" && r.blocks === 1 && p.idle_cycles >= 1)
                out.push(`${p.idle_cycles} cycles of S have no owner`);
        }
        return out.join("; ");
    };
    for (const line of fs.readFileSync(dir + "/list", "utf8").trim().split("\n")) {
        const [cores, n, ...name] = line.split(" ");
        const err = fs.readFileSync(`${dir}/${n}.err`, "utf8").replace(/\s+/g, " ").trim();
        const file = `${dir}/${n}.json`;
        const bad = fs.existsSync(file) ? wrong(JSON.parse(fs.readFileSync(file)), +cores) : "no JSON";
        console.log(name.join(" ") + "\t" + err + bad);
    }' "$dir" >"$dir/results"
while IFS=$'\t' read -r name found; do
    is "$name" "" "$found"
done <"$dir/results"
is "every run was looked at" "$made" "$(wc -l <"$dir/results")"
done_testing
