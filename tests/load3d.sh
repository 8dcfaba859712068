#!/bin/bash
# A product whose operands come through convolution loads: tests/data/load3d.s, verified.
#   load3d.sh DV
dv=$(realpath "$1")
cd "$(dirname "$0")/data" || exit 99
. ../tap.sh

for how in "" --no-simd; do
    # shellcheck disable=SC2086
    text=$("$dv" run load3d.s --verify $how 2>&1)
    is "load3d.s $how" "0 verified: true" "$? $(grep verified <<<"$text")"
done
done_testing
