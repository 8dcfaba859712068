#!/bin/bash
# dv prof -o DIR --json FILE: every sum is exact, and traces, tables, report, folded stacks and JSON
# agree to 1/256 cycle, of whole runs and of a part.   agree.sh DV
dv=$(realpath "$1")
cd "$(dirname "$0")/.." || exit 99
. tests/tap.sh
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
need "agree" python3 python3 || done_testing
agree=$PWD/tests/prof/agree.py
cp -r kernels "$dir/kernels" && cd "$dir/kernels" || exit 99

# mark FILE FROM TO: makes the lines from the first pattern to the second the region "part"
mark() {
    sed -i "s/^ *$2/.mark part\n&/; s/^ *$3.*/&\n.endmark/" "$1"
}
mark gemm/gemm_f16.s 'wait    l1_free\[' 'set     l1_full\['
mark gemm/gemm_sparse_s8.s 'wait    l1_free\[' 'set     l1_full\['
mark softmax/softmax.inc 'wait    full\[' 'set     done\['
mark norm/layernorm.inc 'wait    full\[' 'set     done\['
mark mix/gemm_split_f16.s 'wait    l0_free\[' 'set     acc_full\['
mark gemm/gemm_nz_f16.s 'wait    l1_free\[' 'set     l1_full\['

# profile NAME KERNEL ..
profile() {
    local name=$1
    shift
    "$dv" prof "$@" -o "$dir/$name" --json "$dir/$name.json" --quiet 2>"$dir/$name.err"
    is "$name: profiled" "0 " "$? $(grep -v 'dv: note' "$dir/$name.err")"
}

# agrees NAME KERNEL ..: the whole run, then the region
agrees() {
    local name=$1
    shift
    profile "$name" "$@"
    is "$name: every file says the same" "" \
        "$(python3 "$agree" "$dir/$name" "$dir/$name.json" 2>&1 | head -n 5)"
    profile "$name-part" "$@" --roi part
    is "$name: so does a part of it" "" "$(python3 "$agree" "$dir/$name-part" \
        "$dir/$name-part.json" "$dir/$name" 2>&1 | head -n 5)"
}

agrees gemm gemm/gemm_f16.s m=256 n=192 k=320 --blocks 3
agrees cold gemm/gemm_f16.s m=128 n=128 k=128 --blocks 2 --cache cold
agrees int8 gemm/gemm_sparse_s8.s --blocks 2
agrees softmax softmax/softmax_f32.s rows=60 cols=300 --blocks 4 --cache cold
agrees layernorm norm/layernorm_f16.s rows=50 cols=1000 --blocks 7
agrees mix mix/gemm_split_f16.s --blocks 2
agrees merged gemm/gemm_nz_f16.s --chip 910A --blocks 3

# The reader finds a difference, wherever it is.
# spoils NAME FILE FROM TO WANTED: a change in a file of the GEMM, and what is said of it
spoils() {
    local file=$dir/gemm/$2
    cp "$file" "$dir/kept"
    sed -i "$3" "$file"
    is "seen: $1" false "$(cmp -s "$file" "$dir/kept" && echo true || echo false)"
    is "told: $1" true "$(python3 "$agree" "$dir/gemm" "$dir/gemm.json" 2>&1 | grep -q "$4" &&
        echo true)"
    cp "$dir/kept" "$file"
}
spoils 'a slice' simulator/core0.cubecore0/trace.json \
    '0,/"name":"MMAD\([^}]*\)"dur":0\.0/s//"name":"MMAD\1"dur":0.1/' 'instr_exe'
spoils 'a row of a table' simulator/core0.cubecore0/core0.cubecore0_instr_exe.csv \
    '0,/^\(MMAD,[^,]*,[^,]*,\)\([0-9]*\),/s//\11\2,/' 'instr_exe'
spoils 'a stack' stacks.folded '0,/ \([0-9]*\)$/s// 1\1/' 'folded'
spoils 'the report' report.html 's/\("units":\[\[0,\)/\11/' 'SCALAR fills its time'
done_testing
