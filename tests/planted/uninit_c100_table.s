; Sums of the cube are dequantised on their way to UB by a table that nobody has written.
; args: --chip 910A
.kernel k, core=c100
.param  s, in,  s32[16, 16]
.param  c, out, f16[16, 16]
.ref    copy, s
.buf    IN,  ub,  s32[256]
.buf    TAB, ub,  f16[128]
.buf    OUT, ub,  f16[256]
.buf    ACC, l0c, s32[256]
.flag   in_full, mte2 -> v
.flag   o_full,  v -> mte3
k:
    .reg    ps:gm, pc:gm, in:ub = IN, tab:ub = TAB, out:ub = OUT, acc:l0c = ACC, one = f16(1)
    .reg    mv:burst = {len_burst=32}, single:burst = {len_burst=1}, ones:dups = {repeat=1}
    .reg    mo:burst = {len_burst=16}, at = TAB/32
    ldparam ps, s
    ldparam pc, c
    mov     deqscale, at
    mov_out_to_ub [in], [ps], mv
    set     in_full
    wait    in_full
    mov_ub_to_l0c32 [acc], [in], single, #0
    .if     !BUG
    movev.f16 [tab], one, ones
    .endif
    bar.v
    mov_l0c32_to_ub [out], [acc], single, #7
    set     o_full
    wait    o_full
    mov_ub_to_out [pc], [out], mo                       ; <- UNINIT
    end
