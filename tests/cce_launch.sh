#!/bin/bash
# DV_LAUNCH as a user builds it: C++17 and C11 by both compilers, the sed of docs/cce.md, the
# trace.
#   cce_launch.sh LIBDV.so
lib=$(realpath "$1")
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root" || exit 99
. tests/tap.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The line of docs/cce.md turns launches of the vendor's syntax into DV_LAUNCH.
rule=$(grep -m1 "^    sed -zE 's/" docs/cce.md | sed -E "s/^ *sed -zE '(.*)' .*/\1/")
got=$(printf '%s\n' 'add<<<40, nullptr, s>>>(x, y);' 'ns::add<float, 8><<<n / 2, l2, s>>>(x);' \
    'if (a << 2) b >>= 1;' | sed -zE "$rule")
want=$(printf '%s\n' 'DV_LAUNCH((add), 40, nullptr, s)(x, y);' \
    'DV_LAUNCH((ns::add<float, 8>), n / 2, l2, s)(x);' 'if (a << 2) b >>= 1;')
if [ "$got" = "$want" ]; then ok "sed"; else not_ok "sed" "$got"; fi
got=$(printf '%s\n' '#define ONE k<<<1, l2, s>>>(x)' 'k<T,' '  N><<<' '    n >> 1, p->l2,' '    s>>>(x);' |
    sed -zE "$rule")
want=$(printf '%s\n' '#define ONE DV_LAUNCH((k), 1, l2, s)(x)' 'DV_LAUNCH((k<T,' '  N>), ' \
    '    n >> 1, p->l2,' '    s)(x);')
if [ "$got" = "$want" ]; then ok "sed, lines"; else not_ok "sed, lines" "$got"; fi

for cxx in g++ clang++; do
    command -v $cxx >/dev/null || { ok "$cxx # SKIP not installed"; continue; }
    if ! $cxx -std=c++17 -Wall -Wextra -Werror -Wconversion -Iemu/cce/include -o "$work/a" \
        tests/cce_launch.cpp "$lib" -Wl,-rpath,"$(dirname "$lib")" >"$work/log" 2>&1; then
        not_ok "$cxx" "$(cat "$work/log")"
        continue
    fi
    out=$(DV_CCE_TRACE=1 "$work/a" 2>"$work/trace")
    status=$?
    if [ $status = 0 ] && [ "$out" = ok ]; then ok "$cxx"; else not_ok "$cxx" "$status $out"; fi
    if grep -q 'block 3: .*cce_launch.cpp:[0-9]*: get_block_idx: mov x1, blockid ; x1=0x3$' \
        "$work/trace"; then ok "$cxx trace"; else not_ok "$cxx trace" "$(head -n 5 "$work/trace")"; fi
done

cat >"$work/c.c" <<'END'
#include <dv/launch.h>
static void kernel(void *ctx)
{
    short *ub = (short *)0x40;
    dv_local_store(ub + 3, -7);
    *(short *)ctx = dv_local_load(ub + 3);
}
int main(void)
{
    short seen = 0;
    struct dv_cce_launch l = {.name = "kernel", .aiv = kernel, .ctx = &seen, .blocks = 1};
    return dv_cce_launch(dv_cce_default(), &l) || seen != -7;
}
END
for cc in gcc clang; do
    command -v $cc >/dev/null || { ok "$cc # SKIP not installed"; continue; }
    if $cc -std=c11 -Wall -Wextra -Werror -Iemu/cce/include -o "$work/c" "$work/c.c" "$lib" \
        -Wl,-rpath,"$(dirname "$lib")" >"$work/log" 2>&1 && "$work/c" >>"$work/log" 2>&1; then
        ok "$cc"
    else
        not_ok "$cc" "$(cat "$work/log")"
    fi
done
done_testing
