#!/bin/bash
# Examples and hosts of native kernels as a user builds them, against an installed copy: pkg-config,
# CMake, Meson, the runtime calls, what the environment turns on, recordings.
#   hosts.sh LIBDV.so DV
lib=$(realpath "$1")
dv=$(realpath "$2")
root=$(cd "$(dirname "$0")/../.." && pwd)
build=$(cd "$(dirname "$lib")/.." && pwd)
cd "$root" || exit 99
. tests/tap.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

need "hosts" meson meson || done_testing
need "hosts" pkg-config pkg-config || done_testing
if ! meson install -C "$build" --no-rebuild --destdir "$work/root" >"$work/log" 2>&1; then
    not_ok "install" "$(tail -n 10 "$work/log")"
    done_testing
fi
ok "install"
is "installed pages and examples" 4 "$(find "$work/root" -path '*/share/doc/dv/cce.md' -o \
    -path '*/share/doc/dv/cce-launch.md' -o -path '*/share/doc/dv/examples/cce/vadd.c' -o \
    -path '*/share/doc/dv/examples/cce/cmake/CMakeLists.txt' | wc -l)"
pc=$(find "$work/root" -name dv.pc)
export PKG_CONFIG_PATH=${pc%/dv.pc}
sed -i "s|^prefix=|prefix=$work/root|" "$pc"
LD_LIBRARY_PATH=$(dirname "${pc%/pkgconfig/dv.pc}/libdv.so")
export LD_LIBRARY_PATH
unset DV_CCE_CHECK DV_CCE_TRACE DV_CCE_REPORT DV_CCE_RECORD DV_CCE_EXPLAIN DV_CCE_PATIENCE \
    DV_CCE_MAX_CYCLES DV_PROF DV_CHIP
read -ra flags < <(pkg-config --cflags dv)
read -ra libs < <(pkg-config --libs dv)
san=()
! nm -D "$lib" 2>/dev/null | grep -q __asan_ || san+=(-fsanitize=address)
! nm -D "$lib" 2>/dev/null | grep -q __ubsan_ || san+=(-fsanitize=undefined -fno-sanitize=pointer-overflow)
warn=(-O1 -Wall -Wextra -Werror "${san[@]}" "${flags[@]}")

# The line of docs/cce.md that turns launches of the device's syntax into calls.
rule=$(grep -m1 "^    sed -zE 's/" docs/cce.md | sed -E "s/^ *sed -zE '(.*)' .*/\1/")
sed -zE "$rule" examples/cce/axpy.cce.cpp >"$work/axpy.cpp"
is "it takes [aicore] anywhere" "$(sed -zE "$rule" <<<'inline [aicore] void f() { a[b] <<= 1; }')" \
    'inline  void f() { a[b] <<= 1; }'

# make_all NAME CC CXX: all programs of the examples and of this test, in $work/NAME.
make_all() {
    local to=$work/$1 cc=$2 cxx=$3 core
    mkdir -p "$to"
    "$cc" -std=c11 "${warn[@]}" examples/cce/vadd.c "${libs[@]}" -o "$to/vadd" &&
        "$cc" -std=c11 "${warn[@]}" tests/cce/arguments.c "${libs[@]}" -o "$to/arguments" &&
        "$cxx" -std=c++17 "${warn[@]}" examples/cce/softmax.cpp "${libs[@]}" -o "$to/softmax" &&
        "$cxx" -std=c++17 "${warn[@]}" -DDV_CCE_AIC_ONLY examples/cce/matmul.cpp "${libs[@]}" \
            -o "$to/matmul" &&
        "$cxx" -std=c++17 "${warn[@]}" "$work/axpy.cpp" "${libs[@]}" -o "$to/axpy" &&
        "$cxx" -std=c++17 "${warn[@]}" tests/cce/runtime.cpp "${libs[@]}" -o "$to/runtime" || return
    for core in aic aiv; do
        "$cxx" -std=c++17 "${warn[@]}" -DDV_CCE_${core^^}_ONLY -Dfused=fused_mix_$core \
            -c examples/cce/fused.cpp -o "$to/fused_$core.o" || return
    done
    "$cxx" -std=c++17 "${warn[@]}" examples/cce/fused_host.cpp "$to"/fused_ai?.o "${libs[@]}" \
        -o "$to/fused"
}

# runs NAME WANTED PROGRAM ..: status 0, the words on stdout, and nothing to complain of.
runs() {
    local name=$1 want=$2 out
    shift 2
    if ! out=$("$@" 2>"$work/err"); then
        not_ok "$name" "$out $(head -n 5 "$work/err")"
    elif [[ $out != *"$want"* || -s $work/err ]]; then
        not_ok "$name" "$out $(head -n 5 "$work/err")"
    else
        ok "$name"
    fi
}

for pair in "gcc g++" "clang clang++"; do
    read -r cc cxx <<<"$pair"
    [ ${#san[@]} = 0 ] || [ "$cc" = gcc ] || continue # sanitizers of two compilers do not mix
    need "$cc" "$cc" "$cxx" || continue
    if ! make_all $cc $cc $cxx >"$work/log" 2>&1; then
        not_ok "$cc builds the examples" "$(head -n 20 "$work/log")"
        continue
    fi
    ok "$cc builds the examples"
    at=$work/$cc
    for name in vadd softmax matmul fused axpy; do
        DV_CCE_CHECK=1 runs "$cc $name, checked" " 0 wrong" "$at/$name"
    done
    runs "$cc arguments of C" "" "$at/arguments"
    if "$at/runtime" >"$work/log" 2>"$work/err"; then
        ok "$cc runtime"
    else
        not_ok "$cc runtime" "$(cat "$work/log")"
    fi
    is "$cc runtime: a fault is told once" 1 \
        "$(grep -c '^dv: error: .*a launch before it failed, see above (507015)$' "$work/err")"
done
at=$work/gcc
sed -n '/^    #include <dv\/cce.h>$/,/^    }$/{/^    }$/!{s/^    //;p}};/^    int main()$/,/^    }$/{s/^    //;p}' \
    docs/cce.md | awk '/^int main/ { print "}" } { print }' >"$work/twice.cpp"
if g++ -std=c++17 "${warn[@]}" "$work/twice.cpp" "${libs[@]}" -o "$at/twice" 2>"$work/log"; then
    DV_CCE_CHECK=1 runs "the kernel of docs/cce.md" "" "$at/twice"
else
    not_ok "the kernel of docs/cce.md" "$(head -n 20 "$work/log")"
fi
{
    printf '#include <stdio.h>\n#include <dv/cce.h>\n#include <dv/launch.h>\n'
    sed -n '/^    static void copy(void \*ctx)$/,/^    }$/{s/^    //;p};/^    int main(void)$/,/^    }$/{s/^    //;p}' docs/cce.md
} >"$work/hand.c"
if gcc -std=c11 "${warn[@]}" "$work/hand.c" "${libs[@]}" -o "$at/hand" 2>"$work/log"; then
    DV_CCE_CHECK=1 runs "the device by hand of docs/cce.md" "x[32] = 0 after" "$at/hand"
else
    not_ok "the device by hand of docs/cce.md" "$(head -n 20 "$work/log")"
fi
for n in 1 127 8191 8193 100000; do runs "vadd $n" " 0 wrong" "$at/vadd" $n; done
for mkn in "16 16 16" "300 200 520" "129 65 257" "17 1 16"; do
    # shellcheck disable=SC2086
    runs "matmul $mkn" " 0 wrong" "$at/matmul" $mkn
done

# ---- halves and CPU debugging ------------------------------------------------------------------

# The options of docs/cce.md for a half whose templates differ from the other's.
read -ra half < <(grep -oE -m1 -e '-shared -fPIC [^ ]+ [^ ]+' docs/cce.md)
mkdir -p "$work/halves"
for core in aic aiv; do
    g++ -std=c++17 "${warn[@]}" "${half[@]}" -DDV_CCE_${core^^}_ONLY -Dhalves=halves_mix_$core \
        tests/cce/halves.cpp -o "$work/halves/lib$core.so" "${libs[@]}" 2>>"$work/halves/log"
done
g++ -std=c++17 "${warn[@]}" -DHOST tests/cce/halves.cpp "$work"/halves/lib*.so "${libs[@]}" \
    -o "$work/halves/run" 2>>"$work/halves/log"
if "$work/halves/run" 2>>"$work/halves/log"; then
    ok "halves keep their own templates"
else
    not_ok "halves keep their own templates" "$? $(head -n 20 "$work/halves/log")"
fi
for core in aic aiv; do
    g++ -std=c++17 "${warn[@]}" -DDV_CCE_${core^^}_ONLY -Dsame=same_mix_$core -c tests/cce/same.cpp \
        -o "$work/halves/same_$core.o" 2>"$work/log"
done
if g++ "${san[@]}" "$work"/halves/same_ai?.o "${libs[@]}" -o "$at/same" 2>>"$work/log"; then
    runs "kernel and host in one file" "" "$at/same"
else
    not_ok "kernel and host in one file" "$(head -n 20 "$work/log")"
fi
if g++ -std=c++17 "${warn[@]}" tests/cce/debug.cpp "${libs[@]}" -o "$at/debug" 2>"$work/log"; then
    runs "CPU debugging" "" "$at/debug"
    "$at/debug" fail 2>"$work/err"
    is "a kernel that fails ends the host" "1 1" "$? $(grep -c 'BOUNDS.*src of\|BOUNDS.*src' "$work/err")"
else
    not_ok "CPU debugging" "$(head -n 20 "$work/log")"
fi

# ---- consumers ---------------------------------------------------------------------------------

export CFLAGS="${san[*]}" CXXFLAGS="${san[*]}" LDFLAGS="${san[*]}"
if command -v cmake >/dev/null; then
    if cmake -S examples/cce/cmake -B "$work/cmake" >"$work/log" 2>&1 &&
        cmake --build "$work/cmake" >>"$work/log" 2>&1 &&
        ctest --test-dir "$work/cmake" >>"$work/log" 2>&1; then
        is "cmake" 4 "$(grep -c ' Passed ' "$work/log")"
    else
        not_ok "cmake" "$(tail -n 20 "$work/log")"
    fi
else
    need "cmake" cmake cmake
fi
if meson setup "$work/meson" examples/cce/meson >"$work/log" 2>&1 &&
    meson test -C "$work/meson" >>"$work/log" 2>&1; then
    is "meson" 4 "$(grep -c ' OK ' "$work/log")"
else
    not_ok "meson" "$(tail -n 20 "$work/log")"
fi
unset CFLAGS CXXFLAGS LDFLAGS

# ---- the environment ---------------------------------------------------------------------------

cd "$work" || exit 99
DV_PROF=prof "$at/fused" >"$work/log" 2>&1
for file in report.html trace.pftrace stacks.folded OpBasicInfo.csv; do
    [ -s "prof/$file" ] || not_ok "DV_PROF writes $file" "$(cat "$work/log")"
done
if grep -q 'fused.cpp' prof/callgrind.out.line && grep -q 'fused.cpp' prof/report.html; then
    ok "DV_PROF names lines of C++"
else
    not_ok "DV_PROF names lines of C++" "$(ls prof)"
fi
DV_PROF=two "$at/arguments" >/dev/null 2>&1
if [ -s two/report.html ] && [ -s two.2/report.html ] && [ -s two.3/report.html ]; then
    ok "DV_PROF numbers the launches"
else
    not_ok "DV_PROF numbers the launches" "$(ls -d two*)"
fi
DV_PROF=lost "$at/debug" fail >/dev/null 2>err
is "DV_PROF of a launch that fails" "1 no" \
    "$(grep -c '^dv: no profile: the launch failed$' err) $([ -e lost ] && echo yes || echo no)"
DV_CCE_REPORT=1 "$at/vadd" >/dev/null 2>"$work/err"
is "DV_CCE_REPORT" 1 "$(grep -cE '^dv: vadd_kernel: [0-9]+ cycles, [0-9.]+ us, blocks 48, status 0$' err)"
DV_CCE_TRACE=1 "$at/vadd" 100 >/dev/null 2>"$work/err"
line=$(grep -n '  vadd(Z_AT' "$root/examples/cce/vadd.c" | cut -d: -f1)
if grep -qE "^aiv24 block 0: .*vadd.c:$line: vadd: vadd.f16 \[x1\], \[x2\], \[x3\], x4 ; x1=0x10240 x2=0x0 x3=0x8100 x4=0x" err; then
    ok "DV_CCE_TRACE"
else
    not_ok "DV_CCE_TRACE" "$(head -n 5 err)"
fi
DV_CCE_EXPLAIN=vadd.c:$line#2@7 "$at/vadd" >/dev/null 2>"$work/err"
is "DV_CCE_EXPLAIN" "2 1" "$(grep -cE "^instruction: vadd: vadd.f16|^line: .*vadd.c:$line\$" err) $(
    grep -cE '^place: .* block 7, VECTOR, execution 2$' err)"
DV_CCE_EXPLAIN=vadd.c:1 "$at/vadd" >/dev/null 2>"$work/err"
is "DV_CCE_EXPLAIN of no line" 1 \
    "$(grep -cE '^dv: nothing to explain at vadd.c:1: .* issued nothing; the nearest line .* is [0-9]+$' err)"
for wrong in DV_CCE_EXPLAIN=vadd.c DV_CCE_PATIENCE=soon DV_CCE_MAX_CYCLES={0,1e3x}; do
    env "$wrong" "$at/vadd" >/dev/null 2>"$work/err"
    is "$wrong" "2 1" "$? $(grep -cE "^dv: error: .*${wrong#*=}.*expected" err)"
done
DV_CCE_MAX_CYCLES=1e2 "$at/vadd" >/dev/null 2>"$work/err"
is "DV_CCE_MAX_CYCLES" 1 "$(grep -c 'LIMIT: the cycle limit of 100 is used up (DV_CCE_MAX_CYCLES' err)"

# ---- recordings --------------------------------------------------------------------------------

# recorded NAME COUNT PROGRAM ..: the recording runs, and its tensors come out as REFERENCE says.
recorded() {
    local name=$1 count=$2 out i args=()
    shift 2
    if ! out=$(DV_CCE_RECORD=$name.s "$@" 2>&1); then
        not_ok "$name is recorded" "$out"
        return 1
    fi
    for ((i = 0; i < count; i++)); do args+=("g$i=$name.g$i.npy" "g$i=@$name.o$i.npy"); done
    if ! out=$("$dv" run "$name.s" "${args[@]}" 2>&1); then
        not_ok "$name.s runs" "$out"
        return 1
    fi
    ok "$name.s runs, $(grep -m1 cycles <<<"$out")"
}
# same NAME PYTHON: what numpy says of the tensors; load(n) and out(n) are those before and after.
same() {
    local found
    need_numpy "$1" || return
    if found=$("$python" -c "
import numpy as np
load = lambda i, t: np.load('$1.g%d.npy' % i).view(t)
out = lambda i, t: np.load('$1.o%d.npy' % i).view(t)
$2" 2>&1); then ok "$1.s has the same bits"; else not_ok "$1.s has the same bits" "$found"; fi
}
recorded vadd 3 "$at/vadd" 100003 && same vadd "
assert (out(2, 'f2') == load(0, 'f2') + load(1, 'f2')).all()"
out=$("$dv" explain vadd.s g0=vadd.g0.npy g1=vadd.g1.npy --at "vadd.c:$line" 2>&1)
if grep -q '^instruction: vadd.f16 ' <<<"$out" && grep -q "^line: .*vadd.c:$line$" <<<"$out"; then
    ok "dv explain at a line of C"
else
    not_ok "dv explain at a line of C" "$out"
fi
recorded matmul 3 "$at/matmul" 129 65 257 && same matmul "
a, b = load(0, 'f2').astype('f4').reshape(129, 65), load(1, 'f2').astype('f4').reshape(65, 257)
assert (out(2, 'f4').reshape(129, 257) == a @ b).all()"
recorded fused 5 "$at/fused" && same fused "
a, b = load(0, 'f2').astype('f4').reshape(512, 512), load(1, 'f2').astype('f4').reshape(512, 640)
assert (out(3, 'f4').reshape(512, 640) == np.maximum(a @ b + load(2, 'f4'), 0)).all()"
out=$(DV_CCE_RECORD=nothing "$at/vadd" 2>&1)
is "a recording ends in .s" 1 "$(grep -c 'a recording is a file that ends in .s' <<<"$out")"
touch file
for path in DV_CCE_RECORD=none/x.s DV_PROF=file/x; do
    out=$(env "$path" "$at/axpy" 2>&1)
    is "$path cannot be, and the launches run" "0 1" \
        "$? $(grep -c "^dv: warning: $path: .*; launches go on without$" <<<"$out")"
done
done_testing
