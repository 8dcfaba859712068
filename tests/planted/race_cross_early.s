; The cube core sets the flag before the fixpipe, not behind it: the product is still in L0C.
.kernel k, core=mix, ratio=1:2
.include "cross.inc"
.ref    gemm, a, b, rtol=1e-3, atol=1e-3
cube:
    .scope
    cube_begin
    .rept   2
    cube_round
    wait_flag_dev #1
    .if     BUG
    signal  fix, 0
    .endif
    fix_l0c_to_out.f32 [pw], [acc], fx                  ; <- RACE other
    set     stored
    .if     !BUG
    signal  fix, 0
    .endif
    .endr
    wait_flag_dev #1
    cube_end
    .endscope
vector:
    vector_begin
    signal  mte2, 1
    .rept   2
    wait    saved
    wait_flag_dev #0
    mov_out_to_ub_align.b32 [rx], [pw], mv              ; <- RACE
    signal  mte2, 1
    vector_round
    .endr
    vector_end
