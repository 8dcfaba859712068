#!/bin/bash
# What dv prof -o writes for other viewers: sums are the counters of the run to the last digit, and
# the tools of those formats take the files.
#   ecosystem.sh DV
dv=$(realpath "$1")
reader=$(realpath "$(dirname "$0")/ecosystem.js")
cd "$(dirname "$0")/.." || exit 99
. tests/tap.sh
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
need "ecosystem" nodejs node || done_testing

cat >"$dir/macros.s" <<'TEXT'
.macro add2, p:req
        add.s64 \p, \p, \p
        add.s64 \p, \p, \p
.endm
.macro add4, p:req
        add2    \p
        add2    \p
.endm
.kernel k, core=aiv
k:      mov     x1, 0
.rept 3
        add4    x1
.endr
        end
TEXT

# sums NAME ARG ..: profiles into $dir/NAME and compares every format with the JSON
sums() {
    local name=$1
    shift
    "$dv" prof "$@" -o "$dir/$name" --quiet --json "$dir/$name.json" 2>"$dir/$name.err"
    is "$name: profiled" "0 " "$? $(grep -v 'dv: note' "$dir/$name.err")"
    is "$name: sums" "" "$(node "$reader" "$dir/$name" "$dir/$name.json" 2>&1)"
}

sums vadd kernels/elementwise/vadd_f16.s n=100003 --blocks 3
sums fractions kernels/elementwise/vadd_f16.s n=70000 --blocks 2 --set core.scalar.issue=1.3 \
    --set core.flag.latency=0.004 --set core.gm_ub.rate=0.77
sums waves kernels/elementwise/vadd_f16.s n=65536 --blocks 100
sums gemm kernels/gemm/gemm_f16.s m=256 n=192 k=320 --blocks 2
sums cold kernels/gemm/gemm_f16.s m=128 n=128 k=128 --cache cold
sums softmax kernels/softmax/softmax_f32.s rows=5 cols=1000
sums norm kernels/norm/layernorm_f16.s rows=5 cols=1000
sums sparse kernels/gemm/gemm_sparse_s8.s
sums conv kernels/conv/conv2d_f16.s
sums mix kernels/mix/gemm_split_f16.s
sums merged kernels/softmax/softmax_c100_f32.s --chip 910A
LARGE=1 sums many bench/kernels/cube_loop.s n=60000 --data off
sums macros "$dir/macros.s"

is "no other files are left" "" "$(find "$dir" -name '*.tmp')"
is "folded: stacks of macros" "12" \
    "$(grep -c '^aiv0;SCALAR;k;.rept:11;add4;add2;macros.s:[23] ' "$dir/macros/stacks.folded")"
is "callgrind: nested calls" "3 6" \
    "$(awk '/^cfn=add4/ { getline; split($1, a, "="); outer += a[2] }
        /^cfn=add2/ { getline; split($1, a, "="); inner += a[2] } END { print outer, inner }' \
        "$dir/macros/callgrind.out.line")"

if need "callgrind_annotate" valgrind callgrind_annotate; then
    for form in line instr; do
        out=$(callgrind_annotate "$dir/gemm/callgrind.out.$form" 2>"$dir/err")
        is "callgrind_annotate takes $form" "0 " "$? $(cat "$dir/err")"
        total=$(sed -n 's/^summary: \([0-9]*\) .*/\1/p' "$dir/gemm/callgrind.out.$form")
        is "callgrind_annotate counts the same, $form" "$total" \
            "$(sed -n 's/^\([0-9,]*\) .* PROGRAM TOTALS$/\1/p' <<<"$out" | tr -d ,)"
    done
fi
if need "vcd2fst" gtkwave vcd2fst; then
    vcd2fst "$dir/gemm/pipes.vcd" "$dir/gemm.fst" >"$dir/out" 2>&1
    is "vcd2fst takes it" "0 " "$? $(cat "$dir/out")"
    is "vcd2fst makes a file" true "$([ -s "$dir/gemm.fst" ] && echo true)"
fi
if need "protoc" protobuf-compiler protoc; then
    protoc --decode_raw <"$dir/gemm/trace.pftrace" >"$dir/out" 2>"$dir/err"
    is "protoc decodes it" "0 " "$? $(cat "$dir/err")"
    is "protoc sees packets" true "$([ "$(grep -c '^1 {' "$dir/out")" -gt 100 ] && echo true)"
fi

# Bigger than what is sorted at once, and than what browsers read: as many cycles, no file beside.
is "large: no speedscope" "" "$(ls "$dir/many/speedscope.json" 2>/dev/null)"
done_testing
