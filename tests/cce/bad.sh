#!/bin/bash
# bad.sh LIBDV.so: kernels and hosts that are wrong (bad.cpp). Every message names the intrinsic, the
# argument and the line; exit statuses are those of docs/cce.md.
lib=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
. "$top/tests/tap.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
flags=(-Wall -Wextra -Werror -I"$top/emu/cce/include" -I"$(dirname "$lib")/cce/include")
! nm -D "$lib" 2>/dev/null | grep -q __asan_ || flags+=(-fsanitize=address)
! nm -D "$lib" 2>/dev/null | grep -q __ubsan_ || flags+=(-fsanitize=undefined)
# What a kernel owns that met a fault is lost; a process that SIGSEGV ends ends by it.
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0:handle_segv=0
export UBSAN_OPTIONS=${UBSAN_OPTIONS:+$UBSAN_OPTIONS:}handle_segv=0

need "compiler" g++ g++ || done_testing
if ! g++ -std=c++17 -O1 "${flags[@]}" "$here/bad.cpp" -o "$work/bad" "$lib" \
    -Wl,-rpath,"$(dirname "$lib")" -pthread >"$work/log" 2>&1; then
    not_ok "bad.cpp compiles" "$(head -n 20 "$work/log")"
    done_testing
fi

# line NAME: where in bad.cpp the last intrinsic of function NAME stands, past `$2` others.
line() {
    awk -v name="$1" -v skip="${2:-0}" '
        $0 ~ "^(void|int|uint64_t) " name "\\(" { inside = 1; next }
        inside && /^[ ]+[*a-z_].*\(.*\)/ && skip-- <= 0 { print NR; exit }' "$here/bad.cpp"
}

# row NAME STATUS EXIT TEXT: `bad NAME` has a launch of this status, ends with this exit status and
# says this (a regular expression; LINE is the line of the first intrinsic of the function).
row() {
    local name=$1 status=$2 code=$3 text=${4//LINE/$(line "$1" "$5")} got
    timeout 120 "$work/bad" "$name" >"$work/out" 2>"$work/err"
    got=$?
    if [ "$got" -ne "$code" ]; then
        not_ok "$name" "exit status $got, wanted $code: $(head -n 12 "$work/err")"
    elif [ "$status" != - ] && ! grep -qx "status $status" "$work/out"; then
        not_ok "$name" "wanted status $status: $(cat "$work/out")"
    elif [ -n "$text" ] && ! tr "\n" " " <"$work/err" | grep -Eq -- "$text"; then
        not_ok "$name" "wanted: $text
found: $(head -n 12 "$work/err")"
    else
        ok "$name"
    fi
}

# operands
row misaligned 1 0 'bad.cpp:LINE: ALIGN: dst address 0x21 in ub .* 32 bytes \(vadd: .*, dst;'
row beyond_ub 1 0 'bad.cpp:LINE: BOUNDS: writes ub .* 196608 bytes \(vadd: .*, dst;'
row beyond_l1 1 0 'bad.cpp:LINE: BOUNDS: writes l1 .* 524288 bytes \(copy_gm_to_cbuf: .*, dst;'
row beyond_l0a 1 0 'bad.cpp:LINE: BOUNDS: writes l0a .* 65536 bytes \(load_cbuf_to_ca: .*, dst;'
row beyond_l0b 1 0 'bad.cpp:LINE: BOUNDS: writes l0b .* 65536 bytes \(load_cbuf_to_cb: .*, dst;'
row beyond_l0c 1 0 'bad.cpp:LINE: BOUNDS: writes l0c .* 131072 bytes \(mad: .*, dst;'
row beyond_gm 1 0 'bad.cpp:LINE: BOUNDS: reads gm .* nearest tensor x ends .*\(copy_gm_to_ubuf: .*, src in x\+0x20'
row wrong_buffer 1 0 'bad.cpp:LINE: BOUNDS: dst of vadd is a pointer into GM, it must be an offset in ub'
row local_for_gm 1 0 'bad.cpp:LINE: BOUNDS: src of copy_gm_to_ubuf is 0x1000, which looks like an offset'
row host_for_gm 1 0 'bad.cpp:LINE: BOUNDS: src of copy_gm_to_ubuf is 0x[0-9a-f]+, a pointer to memory of the host'
row freed_gm 1 0 'bad.cpp:LINE: BOUNDS: reads gm .* where y lay until it was freed \(copy_gm_to_ubuf: .*, src'
row repeat_256 1 0 'bad.cpp:LINE: RANGE: repeat of vadd is 256, it must be 0 to 255 \(vadd, repeat;'
row event_8 1 0 'bad.cpp:LINE: RANGE: id of set_flag is 8, it must be 0 to 7 \(set_flag, id;'

# cores
row on_aiv 1 0 'bad.cpp:LINE: ILLEGAL: this core has no pipe mte1 \(load_cbuf_to_ca: .* it is an AIV: launch the kernel on AIC'
row on_aic 1 0 'bad.cpp:LINE: ILLEGAL: this core has no pipe v \(vadd: .* it is an AIC: launch the kernel on AIV'

# host code of kernels
row dereference 1 0 'bad.cpp:LINE: BOUNDS: kernel dereference reads or writes 0x1000 .* after set_vector_mask .*dv_local_load'
row recursion 1 0 'LIMIT: the kernel uses more than 1 MiB of stack \(set_vector_mask: '
row large_frame 1 0 'bad.cpp:1: LIMIT: the kernel uses more than 1 MiB of stack'
row nowhere - 139 'bad.cpp:LINE: kernel nowhere ends the process \(SIGSEGV: .* 0x400000000000, .*\) after set_vector_mask \(core 24, block 0\)'
row endless 1 0 'LIMIT: the cycle limit of 100000 is used up \(DV_CCE_MAX_CYCLES, dv_cce_max_cycles\)'
row never_set 1 0 'bad.cpp:LINE: DEADLOCK: .*nothing issued so far sets mte2 -> v, id 3: add set_flag\(PIPE_MTE2, PIPE_V, EVENT_ID3\)'
row throwing 1 0 'ILLEGAL: kernel throwing throws "no such tile", .* after set_vector_mask'
row throwing_a_number 1 0 'bad.cpp:[0-9]+: ILLEGAL: kernel throwing_a_number throws what is no std::exception, .* before its first intrinsic'
row thrown_through_c - 134 'bad.cpp:LINE: kernel thrown_through_c ends the process \(abort, .*\) after set_vector_mask'
row aborting - 134 'bad.cpp:1: kernel aborting ends the process \(abort, .*\) before its first intrinsic'
row leaving - 1 'bad.cpp:LINE: kernel leaving ends the process \(exit; a kernel ends by returning\) after set_vector_mask'
row outside - 3 'bad.cpp:[0-9]+: vadd is called outside a kernel'

# launches
row launching 0 0 'a kernel cannot launch a kernel.*the device stays open: kernel launching runs on it'
is "a launch in a kernel" "inner 3" "$(sed -n 1p "$work/out")"
row no_blocks 2 0 '0 blocks: a launch has 1 to 65535'
row blocks_65536 2 0 '65536 blocks: a launch has 1 to 65535'
row mixed 0 0 ''
row many_mixed 2 0 '100 blocks: a mix kernel has at most one a AI core, 24'
row no_kernel 3 0 'the launch of no_kernel names no function for aiv'
row freed_twice 3 0 'is not what dv_cce_malloc returned, or was freed'
row two_threads 0 0 ''
done_testing
