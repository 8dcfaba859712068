#!/bin/bash
# sort_records of kernels/dv.inc: whole sorts of every shape of passes, with equal scores, against
# a model, and nothing that dv check finds.
#   sort.sh DV
dv=$(realpath "$1")
cd "$(dirname "$0")/sort" || exit 99
. ../tap.sh
need 'sorts' python3 python3 || done_testing
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT

for wide in 4 2; do
    for n in 64 96 128 160 288 448 512 992 2080 4000; do
        python3 model.py make "$dir" $n $wide
        "$dv" as -D N=$n -D WIDE=$wide sort.s -o "$dir/sort.o" >"$dir/out" 2>&1 &&
            "$dv" run --check "$dir/sort.o" "x=$dir/x.npy" "i=$dir/i.npy" "y=@$dir/y.npy" --hints off \
                --quiet >>"$dir/out" 2>&1
        is "n=$n of $wide bytes" "0 sorted no findings" \
            "$? $(python3 model.py judge "$dir" $n $wide) $(tail -n 1 "$dir/out")"
    done
done
"$dv" as -D N=100 sort.s -o "$dir/sort.o" >"$dir/out" 2>&1
is "n=100" "2 1" "$? $(head -n 1 "$dir/out" | grep -c 'n must be a multiple of 32 from 64 to 8160')"
done_testing
