; c = a + b, f16, on the merged core: any multiple of 128 elements, every core, two tiles in flight
.include "dv.inc"                         ; split_1d
.kernel vadd_c100_f16, core=c100
.param  a, in,  f16[n]
.param  b, in,  f16[n]
.param  c, out, f16[n]
.param  n, u32 = 100096, min=128, multiple=128  ; no counter mode: whole repeats
.ref    add, max_ulp=0

.equ    T, 8192                           ; elements a tile
.buf    A, ub, f16[T], copies=2
.buf    B, ub, f16[T], copies=2
.buf    C, ub, f16[T], copies=2
.flag   full,  mte2 -> v,    ids=2        ; A[p], B[p] loaded
.flag   empty, v    -> mte2, ids=2        ; A[p], B[p] read
.flag   ready, v    -> mte3, ids=2        ; C[p] computed
.flag   saved, mte3 -> v,    ids=2        ; C[p] stored

vadd_c100_f16:
    .reg    pa:gm, pb:gm, pc:gm, left, zero = 0, here, tile = T, step = 2*T, t
    .reg    ra[2]:ub = A, rb[2]:ub = B, rc[2]:ub = C
    .reg    mv:burst = {len_burst=T/16}, v:vec3 = {repeat=T/128}
    ldparam pa, a
    ldparam pb, b
    ldparam pc, c
    ldparam left, n
    split_1d left, 128, pa, pb, pc        ; this block's share, whole repeats
    arm     empty
    arm     saved
loop:
    .rept   2, p
    jumpcmp.le.s64 left, zero, out
    min.s64 here, left, tile
    shr.s64 t, here, 4
    mov     mv.len_burst, t
    shr.s64 t, here, 7
    mov     v.repeat, t
    wait    empty[\p]
    mov_out_to_ub [ra[\p]], [pa], mv
    mov_out_to_ub [rb[\p]], [pb], mv
    set     full[\p]
    wait    full[\p]
    wait    saved[\p]
    vadd.f16 [rc[\p]], [ra[\p]], [rb[\p]], v
    set     empty[\p]
    set     ready[\p]
    wait    ready[\p]
    mov_ub_to_out [pc], [rc[\p]], mv
    set     saved[\p]
    add.s64 pa, pa, step
    add.s64 pb, pb, step
    add.s64 pc, pc, step
    sub.s64 left, left, here
    .endr
    jump    loop
out:
    drain   empty
    drain   saved
    end
