; Both vector cores move the first 16 rows of every round: the offset of the second is forgotten.
.kernel k, core=mix, ratio=1:2
.include "cross.inc"
.ref    gemm, a, b, rtol=1e-3, atol=1e-3
cube:
    .scope
    cube_begin
    .rept   2
    cube_round
    wait_flag_dev #1
    fix_l0c_to_out.f32 [pw], [acc], fx
    set     stored
    signal  fix, 0
    .endr
    wait_flag_dev #1
    cube_end
    .endscope
vector:
    vector_begin
    .if     BUG
    ldparam pc, c
    .endif
    signal  mte2, 1
    .rept   2
    wait    saved
    wait_flag_dev #0
    mov_out_to_ub_align.b32 [rx], [pw], mv
    signal  mte2, 1
    set     loaded
    wait    loaded
    mov_ub_to_out_align.b32 [pc], [rx], mv              ; <- RACE
    set     saved
    add.s64 pc, pc, step
    .endr
    vector_end
