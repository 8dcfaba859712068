#!/bin/bash
# The same command twice, and once without SIMD: the same JSON apart from `host` and
# `host_seconds`, and the same output tensors.
#   determinism.sh DV
dv=$(realpath "$1")
cd "$(dirname "$0")/.." || exit 99
. tests/tap.sh
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT

need "determinism" nodejs node || done_testing

# result NAME KERNEL ARG ..: a run into NAME.json (host parts removed) and NAME.npy
result() {
    local name=$1
    shift
    "$dv" run "$@" --quiet --json "$dir/raw.json" >"$dir/$name.out" 2>&1 || return
    node -e '
        const all = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
        if (!("host" in all) || !("host_seconds" in all)) process.exit(1);
        delete all.host;
        delete all.host_seconds;
        process.stdout.write(JSON.stringify(all, null, 1));' "$dir/raw.json" >"$dir/$name.json"
}

# same NAME OTHER-OPTION KERNEL ARG ..
same() {
    local name=$1 option=$2
    shift 2
    if ! result one "$@" c=@"$dir/one.npy" --verify ||
        ! result two "$@" c=@"$dir/two.npy" --verify $option; then
        not_ok "$name" "$(cat "$dir/one.out" "$dir/two.out")"
        return
    fi
    sed -i "s#$dir/[a-z]*[.]npy##" "$dir/one.json" "$dir/two.json"
    if ! cmp -s "$dir/one.npy" "$dir/two.npy"; then
        not_ok "$name" "the output tensors differ"
    elif ! cmp -s "$dir/one.json" "$dir/two.json"; then
        not_ok "$name" "$(diff "$dir/one.json" "$dir/two.json" | head -n 20)"
    else
        ok "$name"
    fi
}

vadd="kernels/elementwise/vadd_f16.s n=100003 --blocks 5"
gemm="kernels/gemm/gemm_f16.s m=130 n=257 k=300 --blocks 3"
same "vadd twice" "" $vadd
same "gemm twice" "" $gemm
same "vadd without SIMD" --no-simd $vadd
same "gemm without SIMD" --no-simd $gemm

result seed1 $vadd --seed 1 c=@"$dir/one.npy" && result seed2 $vadd --seed 2 c=@"$dir/two.npy"
if cmp -s "$dir/one.npy" "$dir/two.npy"; then
    not_ok "another seed is another run" "the outputs of seeds 1 and 2 are equal"
else
    ok "another seed is another run"
fi

# Time does not depend on data, nor on whether it is computed.
result on $gemm && result off $gemm --data off
on=$(grep '^ "cycles":' "$dir/on.json")
is "cycles with and without data" "${on:-no cycles}" "$(grep '^ "cycles":' "$dir/off.json")"
done_testing
