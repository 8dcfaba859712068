; The cube goes through the tile m first (CTRL[51] = 0), the fixpipe with nz2nd n first: it waits for
; flags that come late, in an order nobody promises.
.kernel k, core=aic
.equ    M, 64
.equ    N, 64
.equ    K, 64
.ref    gemm, a, b, rtol=1e-3, atol=1e-3
.flag   l1_full, mte2 -> mte1
.flag   l0_full, mte1 -> m
k:
.include "cube.inc"
    .reg    zero = 0, one = 1
    mov     t, 1 << 63                                  ; unit flags
    mov     fpc, t
    .if     !BUG
    mov     t, ctrl                                     ; n first, as the fixpipe goes
    insert  t, one, #51, #1
    mov     ctrl, t
    .endif
    mov     mm.unit_flag, 3
    mov     fx.unit_flag, 3
    mov_out_to_l1_multi_nd2nz.b16 [la], [pa], na
    mov_out_to_l1_multi_nd2nz.b16 [lb], [pb], nb
    set     l1_full
    wait    l1_full
    load_l1_to_l0a_3dv2.b16 [za], [la], ca
    load_l1_to_l0b_3dv2.b16 [zb], [lb], cb
    set     l0_full
    wait    l0_full
    mmad.f16f32 [acc], [za], [zb], mm                   ; <- FLAG other
    fix_l0c_to_out.f32 [pc], [acc], fx                  ; <- FLAG
    mov     t, ctrl                                     ; back to reset state
    insert  t, zero, #51, #1
    mov     ctrl, t
    mov     fpc, zero
    end
