#!/bin/bash
# What one sees of the cube's options from outside: rules of --acc, cycles of sparse products, the
# what-if of skipped zeros.
#   cube.sh DV
dv=$(realpath "$1")
cd "$(dirname "$0")/data" || exit 99
. ../tap.sh

# cycles KERNEL ..: what a run takes
cycles() {
    "$dv" run "$@" --json - --quiet 2>&1 | sed -n 's/^ *"cycles": *\([0-9]*\).*/\1/p' | head -n 1
}

# Integers agree under every rule; the JSON names it.
for rule in seq instr chunk16 tree16 exact16 tc24; do
    text=$("$dv" run ../../kernels/gemm/tile_f16.s a=random:int b=random:int --verify --tol 0,0 \
        --acc $rule --json - --quiet 2>&1)
    is "--acc $rule" "0 \"acc\": \"$rule\"" "$? $(grep -o '"acc": *"[a-z0-9]*"' <<<"$text")"
done

# Four products of 4 * 4 fractals and 32 steps of 32 k; a sparse step takes 64.
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
for how in 0 1; do
    "$dv" as sparse.s -D SPARSE=$how -o "$dir/$how.o"
done
is "a sparse product takes half" "$((4 * 4 * 4 * 32 / 2))" \
    "$(($(cycles "$dir/0.o") - $(cycles "$dir/1.o")))"

# A whole kernel, 8 chunks of 8 * 16 fractals and 4 steps of 32 k: the cube saves half of its work.
busy() {
    "$dv" run "$@" --quiet --json - 2>&1 |
        sed -n '/"CUBE"/,/}/s/.*"busy_cycles": *\([0-9]*\).*/\1/p' | head -n 1
}
for how in 0 1; do
    "$dv" as ../../kernels/gemm/gemm_sparse_s8.s -D SPARSE=$how -o "$dir/gemm$how.o"
    is "gemm_sparse_s8, SPARSE=$how, verifies" "0 verified: true" \
        "$(out=$("$dv" run "$dir/gemm$how.o" m=256 n=512 k=384 --blocks 3 --verify 2>&1)
        echo "$? $(grep '^verified' <<<"$out")")"
    is "gemm_sparse_s8, SPARSE=$how, is clean" "0 0" \
        "$(out=$("$dv" check "$dir/gemm$how.o" --quiet --json - 2>&1)
        echo "$? $(grep -c '"severity": *"\(error\|warning\)"' <<<"$out")")"
done
is "its cube saves half of its work" "$((8 * 8 * 16 * 4 / 2))" \
    "$(($(busy "$dir/gemm0.o") - $(busy "$dir/gemm1.o")))"

# 8 * 8 * 4 blocks; at most half of them can be skipped, and only where the data is known.
plain=$(cycles skip.s a=zeros b=ones)
skip="--set core.cube.zero_skip=true"
# shellcheck disable=SC2086
while read -r a b saved; do
    is "zeros are skipped: a=$a b=$b" "$((plain - saved))" "$(cycles skip.s a="$a" b="$b" $skip)"
done <<END
ones ones 0
zeros ones 128
ones zeros 128
zeros zeros 128
END
# shellcheck disable=SC2086
# shellcheck disable=SC2086
# The sweep of docs/timing.md: so many of 32 fractals of A are zero, the product of 256 blocks takes
# so many fewer cycles; never more than half.
while read -r zero saved; do
    "$dv" as skip.s -D ZERO="$zero" -o "$dir/zero.o"
    is "zeros are skipped: $zero of 32 fractals" "$saved" \
        "$(($(cycles "$dir/zero.o" a=ones b=ones) - $(cycles "$dir/zero.o" a=ones b=ones $skip)))"
done <<END
0 0
4 32
8 64
12 96
16 128
24 128
32 128
END
is "not without data" "$plain" "$(cycles skip.s a=zeros b=ones --data off $skip)"
is "off by default" "false" "$("$dv" chip 910B1 --full | sed -n 's/^ *zero_skip: {v: \([a-z]*\), from: published, src: "what-if.*/\1/p')"
done_testing
