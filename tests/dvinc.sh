#!/bin/bash
# The macros of kernels/dv.inc: masks of every length touch exactly their lanes, copies of rows with gaps
# arrive, layernorm and the other users of reduce_row verify for awkward shapes.
#   dvinc.sh DV
dv=$(realpath "$1")
cd "$(dirname "$0")/.." || exit 99
. tests/tap.sh
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT

# mask TYPE LANES BYTES: y (all zero bits before) = x under mask_tail n; x is 0, 1, 2 ..
mask() {
    cat >"$dir/mask.s" <<EOF
.include "dv.inc"
.kernel mask, core=aiv
.param  n, u32 = 1, min=0, max=$2
.param  x, in, $1[$2]
.param  y, out, $1[$2]
.buf    X, ub, $1[$2]
.buf    Y, ub, $1[$2]
.flag   here, mte2 -> v
.flag   done, v -> mte3
mask:
    .reg    p:gm, x:ub = X, y:ub = Y, one:vec1 = {repeat=1}, two:vec3 = {repeat=1}, n, zero = 0
    ldparam p, x
    ldparam n, n
    gm_to_ub x, p, $2*sizeof($1)
    set     here
    wait    here
    vmuls.$1 [y], [x], zero, one
    bar.v
    mask_tail n, lanes=$2
    vadd.$1 [y], [y], [x], two
    mask_all
    set     done
    wait    done
    ldparam p, y
    ub_to_gm p, y, $2*sizeof($1)
    end
EOF
    for n in 0 1 2 31 32 33 63 64 65 100 127 128; do
        [ "$n" -le "$2" ] || continue
        "$dv" run "$dir/mask.s" "n=$n" x=iota "y=@$dir/y.npy" --quiet >"$dir/out" 2>&1 ||
            not_ok "mask_tail $1 n=$n runs" "$(cat "$dir/out")"
        # element 0 is 0 anyway; of the others exactly 1 .. n-1 differ from zero
        found=$(tail -c $(($2 * $3)) "$dir/y.npy" | od -An -v -tx"$3" -w"$3" |
            awk '$1 !~ /^0+$/ { s = s " " NR - 1 } END { print s }')
        is "mask_tail $1 n=$n" "$(seq -s ' ' 1 $((n - 1)) | sed 's/^./ &/')" "$found"
    done
}
mask f16 128 2
mask f32 64 4

cat >"$dir/rows.s" <<'EOF'
.include "dv.inc"
.kernel rows, core=aiv
.param  x, in,  f16[20, 100]
.param  y, out, f16[20, 24]
.buf    X, ub, f16[20, 32]
.flag   here, mte2 -> mte3
rows:
    .reg    p:gm, x:ub = X
    ldparam p, x
    gm_to_ub x, p, 48, rows=20, gap=152
    set     here
    wait    here
    ldparam p, y
    ub_to_gm p, x, 48, rows=20
    end
EOF
"$dv" run "$dir/rows.s" x=iota "y=@$dir/y.npy" --quiet >"$dir/out" 2>&1
# bits of the integers 100 r + c, all exact in f16
wanted=$(awk 'function bits(v, e, p) {
        if (v == 0) return 0
        for (p = 1; 2 * p <= v; p *= 2) e++
        return (e + 15) * 1024 + (v / p - 1) * 1024
    }
    BEGIN { for (r = 0; r < 20; r++) for (c = 0; c < 24; c++) print bits(100 * r + c) }' | xargs)
is "rows with gaps arrive" "$wanted" \
    "$(tail -c 960 "$dir/y.npy" | od -An -v -tu2 | xargs)"

# verified KERNEL ARGUMENTS ..
verified() {
    is "$* verifies" "0 verified: true" \
        "$(out=$("$dv" run "$@" --verify 2>&1); echo "$? $(grep '^verified:' <<<"$out" | xargs)")"
}
for shape in "rows=1 cols=1" "rows=3 cols=63" "rows=2 cols=64 --blocks 5" "rows=5 cols=65" \
    "rows=2 cols=4097 --seed 3" "rows=3 cols=12032 --blocks 2"; do
    # shellcheck disable=SC2086
    verified kernels/norm/layernorm_f16.s $shape
done
verified kernels/softmax/softmax_f32.s rows=3 cols=20480
# clean KERNEL ARGUMENTS ..: verifies, and the checker finds nothing
clean() {
    is "$* verifies, no findings" "0 verified: true no findings" \
        "$(out=$("$dv" run --check "$@" --verify --hints off 2>&1); echo "$? $(grep '^verified:' <<<"$out" | xargs)" \
            "$(grep -o '^no findings' <<<"$out")")"
}
for chip in 910A 310; do
    for shape in "rows=1 cols=8" "rows=3 cols=56" "rows=2 cols=64" "rows=5 cols=72 --blocks 2" \
        "rows=3 cols=120" "rows=3 cols=128" "rows=4 cols=1000 --seed 3" "rows=3 cols=16320"; do
        # shellcheck disable=SC2086
        clean kernels/softmax/softmax_c100_f32.s --chip $chip $shape
    done
    for shape in "rows=1 cols=16" "rows=3 cols=48" "rows=2 cols=64" "rows=5 cols=80 --blocks 2" \
        "rows=3 cols=112" "rows=3 cols=128" "rows=4 cols=1008 --seed 3" "rows=3 cols=15808"; do
        # shellcheck disable=SC2086
        clean kernels/norm/layernorm_c100_f16.s --chip $chip $shape
    done
done
is "softmax_c100_f32 cols=12" "2 dv: error: argument 'cols' = 12 is not a multiple of 8" \
    "$("$dv" run kernels/softmax/softmax_c100_f32.s --chip 910A cols=12 >"$dir/out" 2>&1; echo "$? $(head -n 1 "$dir/out")")"
verified kernels/gemm/tile_f16.s k=2304
verified kernels/mix/gemm_split_f16.s m=256 n=320 --blocks 3
verified kernels/gemm/gemm_f16.s m=257 n=129 k=65 --blocks 3
while read -r shape; do
    # shellcheck disable=SC2086
    verified kernels/conv/conv2d_f16.s $shape
done <<END
h=1 w=1 c1=1 n=1 fh=1 fw=1 top=0 bottom=0 left=0 right=0
h=30 w=17 c1=2 n=200 sh=2 sw=3 fh=5 fw=4 dh=2 dw=3 top=3 bottom=5 left=6 right=2 --blocks 2
h=7 w=9 c1=3 n=33 fh=7 fw=1 top=3 bottom=3 left=0 right=0 --blocks 24
END
done_testing
