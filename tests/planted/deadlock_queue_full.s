; MTE1 waits for a load that S dispatches after 40 others: the queue of 32 is full, S never gets
; there.
.kernel k, core=aic
.equ    M, 16
.equ    N, 16
.equ    K, 640
.ref    gemm, a, b, rtol=1e-3, atol=1e-3
.flag   l1_full, mte2 -> mte1
.flag   l0_full, mte1 -> m
.flag   done,    m -> fix
.macro  fetch
    mov_out_to_l1_multi_nd2nz.b16 [la], [pa], na
    mov_out_to_l1_multi_nd2nz.b16 [lb], [pb], nb
    set     l1_full
.endm
k:
.include "cube.inc"
    .if     !BUG
    fetch
    .endif
    wait    l1_full                                     ; <- DEADLOCK
    mov     ca.k_extension, 16
    mov     cb.m_extension, 16
    .rept   40, s
    mov     ca.k_start, 16*\s
    mov     cb.m_start, 16*\s
    load_l1_to_l0a_3dv2.b16 [za], [la], ca              ; <- DEADLOCK
    load_l1_to_l0b_3dv2.b16 [zb], [lb], cb              ; <- DEADLOCK
    add.s64 za, za, 512
    add.s64 zb, zb, 512
    .endr
    .if     BUG
    fetch
    .endif
    set     l0_full
    wait    l0_full
    mov     za, ZA
    mov     zb, ZB
    mmad.f16f32 [acc], [za], [zb], mm
    set     done
    wait    done
    fix_l0c_to_out.f32 [pc], [acc], fx
    end
