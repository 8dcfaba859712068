; One wait for two rounds: the second product is read as soon as the first one is there.
.kernel k, core=mix, ratio=1:2
.include "cross.inc"
.ref    gemm, a, b, rtol=1e-3, atol=1e-3
cube:
    .scope
    cube_begin
    .rept   2
    cube_round
    wait_flag_dev #1
    fix_l0c_to_out.f32 [pw], [acc], fx                  ; <- RACE other
    set     stored
    signal  fix, 0
    .endr
    wait_flag_dev #1
    cube_end
    .endscope
vector:
    vector_begin
    signal  mte2, 1
    wait_flag_dev #0
    wait    saved
    mov_out_to_ub_align.b32 [rx], [pw], mv              ; <- RACE
    signal  mte2, 1
    vector_round
    .if     !BUG
    wait_flag_dev #0
    .endif
    wait    saved
    mov_out_to_ub_align.b32 [rx], [pw], mv              ; <- RACE
    signal  mte2, 1
    vector_round
    .if     BUG
    wait_flag_dev #0
    .endif
    vector_end
