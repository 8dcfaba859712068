#!/bin/bash
# The kernels of bench/validate assemble, compute what they say, take the same time without data,
# and are those that cases.yaml names.
#   validate_kernels.sh DV
dv=$(realpath "$1")
cd "$(dirname "$0")/../bench/validate" || exit 99
. ../../tests/tap.sh
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT

# Small sizes, each way through a kernel once. KERNEL [NAME=VALUE ..] [OPTION ..]
rows='d1_copy.s moves=1
d1_copy.s moves=1024
d1_copy.s moves=300 --blocks 3
d2_copy.s n=16
d2_copy.s n=5008 tile=1024 --blocks 3
d1_tile.s rows=64 cols=512 passes=2 --blocks 2
g1_stream.s unit=0 rounds=1
g1_stream.s unit=0 start=1 rounds=1
g1_stream.s unit=1 rounds=1
g2_matmul.s mode=1 m=256 n=256 k=1024
g2_matmul.s mode=5 m=128 n=512 k=2048
g2_matmul.s mode=5 m=512 n=768 k=1024 sm=128 sn=512 passes=2 --blocks 4
g3_matmul.s m=256 n=512 k=1024
g3_matmul.s m=384 n=768 k=1024 sm=256 sn=512 --blocks 4
g4_matmul.s m=256 n=512 k=1024
g4_matmul.s m=384 n=768 k=1024 sm=256 sn=512 --blocks 4
r1_sum.s tree=1 move=1
r1_sum.s tree=1 move=0 n=4097
r1_sum.s tree=0 move=1
r1_sum.s tree=0 move=0 n=65
r1_sum.s n=1
v1_add.s n=3
v1_add.s n=2 src0=0 src1=0x4000 dst=0x10000
v1_add.s n=2 src0=0 src1=0x10100 dst=0x4000
v2_add.s tiles=4 tile=4096
v2_add.s tiles=2 tile=16384 pingpong=1
v2_add.s tiles=6 tile=256 pingpong=1 --blocks 3
v2_add.s tiles=3 extra=2 tile=256 past=1 --blocks 3
v2_add.s tiles=4 extra=1 tile=256 pingpong=1 --blocks 3
v2_scalar.s n=12
v2_scalar.s n=12 unroll=1
v3_add.s tile=512 n=2560
v3_add.s tile=2048 n=4096
v3_add.s tile=20480 n=40960
v3_add.s tile=256 n=512 --blocks 3'

cycles() { sed -n 's/^cycles: //p'; }

while read -r kernel args; do
    # shellcheck disable=SC2086
    if "$dv" run "$kernel" $args --verify >"$dir/with" 2>"$dir/err"; then
        is "$kernel $args verifies" "verified: true" "$(grep '^verified' "$dir/with")"
    else
        not_ok "$kernel $args verifies" "$(cat "$dir/err" "$dir/with")"
    fi
    # shellcheck disable=SC2086
    "$dv" run "$kernel" $args --data off >"$dir/without" 2>&1
    is "$kernel $args without data" "$(cycles <"$dir/with")" "$(cycles <"$dir/without")"
done <<<"$rows"

# These leave nothing to verify at these sizes: they end, with data and without.
moves='c1_conv.s images=2 n=512 sn=256 --blocks 4
d1_copy.s moves=3000 keep=0 --blocks 2
d1_l1.s rows=128 cols=512 passes=2 --blocks 2
d1_l1.s rows=512 cols=128 h=256 w=64 all=1 past=1 --blocks 2
d1_tile.s rows=128 cols=1024 --blocks 2
d1_tile.s rows=256 cols=128 h=128 w=64 all=1 past=1 keep=0 --blocks 2'
while read -r kernel args; do
    # shellcheck disable=SC2086
    with=$("$dv" run "$kernel" $args 2>&1 | cycles)
    # shellcheck disable=SC2086
    is "$kernel $args ends" "$with" "$("$dv" run "$kernel" $args --data off 2>&1 | cycles)"
    [ -n "$with" ] || not_ok "$kernel $args has cycles"
done <<<"$moves"

# The blocks of 32 bytes of a file of f16 lie at [column][row] after v4_nd2nz.
order() {
    tail -c $((288 * 256 * 2)) "$1" | od -An -v -tx1 -w32
}
while read -r high cols split; do
    {
        printf '\223NUMPY\001\000\166\000%-117s\n' \
            "{'descr': '<f2', 'fortran_order': False, 'shape': ($high, $cols), }"
        seq 10000 40000 | head -c $((288 * 256 * 2))
    } >"$dir/x.npy"
    # shellcheck disable=SC2086
    "$dv" run v4_nd2nz.s rows="$high" cols="$cols" $split "x=$dir/x.npy" "y=@$dir/y.npy" \
        >"$dir/out" 2>&1 || not_ok "v4_nd2nz.s runs" "$(cat "$dir/out")"
    order "$dir/x.npy" |
        awk -v rows="$high" -v n=$((cols / 16)) '{ b[NR - 1] = $0 }
            END { for (j = 0; j < n; j++) for (r = 0; r < rows; r++) print b[r * n + j] }' \
            >"$dir/want"
    order "$dir/y.npy" >"$dir/got"
    is "v4_nd2nz.s turns $high x $cols, $split" "" "$(cmp "$dir/want" "$dir/got" 2>&1)"
done <<EOF
288 256 --blocks 1
288 256 tall=144 --blocks 2
144 512 tall=80 across=2 --blocks 4
EOF

# Every kernel is tried above and named by a case, and every named kernel is there.
named=$(sed -n 's/^ *kernel: *//p' cases.yaml | sort -u)
is "cases name the kernels that are here" "$(ls -- *.s)" "$named"
is "every kernel is tried" "$(ls -- *.s)" \
    "$( (cut -d' ' -f1 <<<"$rows"$'\n'"$moves"; echo v4_nd2nz.s) | sort -u)"
done_testing
