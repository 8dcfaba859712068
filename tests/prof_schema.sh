#!/bin/bash
# The JSON inside of what dv prof -o writes fits docs/schema: blocks of visualize_data.bin,
# speedscope.json, the data of report.html and the run in it.   prof_schema.sh DV
dv=$(realpath "$1")
cd "$(dirname "$0")/.." || exit 99
. tests/tap.sh
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
need "schemas" node-ajv node || done_testing

# fits NAME ARGUMENT ..
fits() {
    local name=$1
    shift
    "$dv" prof "$@" -o "$dir/$name" --quiet 2>"$dir/err"
    is "$name: profiled" 0 "$?"
    is "$name: schemas" "" \
        "$(NODE_PATH=/usr/share/nodejs node tests/prof_schema.js "$dir/$name" 2>&1 | head -n 5)"
}
fits gemm kernels/gemm/gemm_f16.s m=256 n=256 k=512 --blocks 2
fits softmax kernels/softmax/softmax_f32.s rows=5 cols=1000
fits mix kernels/mix/gemm_split_f16.s
fits sparse kernels/gemm/gemm_sparse_s8.s
fits merged kernels/softmax/softmax_c100_f32.s --chip 910A
fits part kernels/gemm/gemm_f16.s m=256 n=256 k=512 --blocks 2 --trace-window 2000:3000
sed 's/^    wait    empty.*/    .mark load\n&/; s/^    mov_out.*/&\n    .endmark/' tests/prof/copy_rows.s >"$dir/marked.s"
fits region "$dir/marked.s" --roi load
done_testing
