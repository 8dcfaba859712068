#!/bin/bash
# Convolution loads in whole kernels: a product whose operands come through them, and a copy to UB by
# the first form; tests/data/load3d.s and load3d1.s, verified.
#   load3d.sh DV
dv=$(realpath "$1")
cd "$(dirname "$0")/data" || exit 99
. ../tap.sh

for how in "" --no-simd; do
    # shellcheck disable=SC2086
    text=$("$dv" run load3d.s --verify $how 2>&1)
    is "load3d.s $how" "0 verified: true" "$? $(grep verified <<<"$text")"
done
text=$("$dv" run load3d1.s --chip 910A --verify 2>&1)
is "load3d1.s" "0 verified: true" "$? $(grep verified: <<<"$text")"
done_testing
