; c = (a b) b through a scratch tensor: MTE2 fetches a b from GM before the fixpipe has stored it.
.kernel k, core=aic
.equ    M, 64
.equ    N, 64
.equ    K, 64
.param  h, scratch, f16[M, N]
; args: a=ones b=ones
.flag   l1_full, mte2 -> mte1, ids=2
.flag   l0_full, mte1 -> m, ids=2
.flag   done,    m -> fix, ids=2
.flag   stored,  fix -> mte2
.flag   ended,   fix -> s
k:
.include "cube.inc"
    .reg    ph:gm, fh:fix = {n=N m=M dst_stride=N src_stride=M nz2nd=1 quant_pre=f32f16}
    ldparam ph, h
    mov_out_to_l1_multi_nd2nz.b16 [la], [pa], na
    mov_out_to_l1_multi_nd2nz.b16 [lb], [pb], nb
    set     l1_full[0]
    wait    l1_full[0]
    load_l1_to_l0a_3dv2.b16 [za], [la], ca
    load_l1_to_l0b_3dv2.b16 [zb], [lb], cb
    set     l0_full[0]
    wait    l0_full[0]
    mmad.f16f32 [acc], [za], [zb], mm
    set     done[0]
    wait    done[0]
    fix_l0c_to_out.f16 [ph], [acc], fh                  ; <- RACE other
    .if     !BUG
    set     stored
    wait    stored
    .endif
    mov_out_to_l1_multi_nd2nz.b16 [la], [ph], na        ; <- RACE
    set     l1_full[1]
    wait    l1_full[1]
    load_l1_to_l0a_3dv2.b16 [za], [la], ca
    set     l0_full[1]
    wait    l0_full[1]
    mmad.f16f32 [acc], [za], [zb], mm
    set     done[1]
    wait    done[1]
    fix_l0c_to_out.f32 [pc], [acc], fx
    set     ended
    wait    ended
    ld.b32  t, [pc, 0]
    .assert t == f32(K*N), "ones times ones, twice"
    add.s64 t, t, 0
    end
