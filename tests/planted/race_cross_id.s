; Round n has flag n, up to 16 for the word of the start. Ids have four bits: that set counts as flag
; 0, and the vector cores take the product of round 0 before it is there.
.kernel k, core=mix, ratio=1:2
.include "cross.inc"
.ref    gemm, a, b, rtol=1e-3, atol=1e-3
.equ    START, BUG ? 16 : 15
cube:
    .scope
    cube_begin
    signal  mte2, START
    .rept   2
    cube_round
    wait_flag_dev #1
    fix_l0c_to_out.f32 [pw], [acc], fx                  ; <- RACE other
    set     stored
    signal  fix, 0
    .endr
    .if     BUG
    wait_flag_dev #1
    .endif
    wait_flag_dev #1
    cube_end
    .endscope
vector:
    vector_begin
    .if     !BUG
    wait_flag_dev #15
    .endif
    signal  mte2, 1
    .rept   2
    wait    saved
    wait_flag_dev #0
    mov_out_to_ub_align.b32 [rx], [pw], mv              ; <- RACE
    signal  mte2, 1
    vector_round
    .endr
    .if     BUG
    wait_flag_dev #0
    signal  mte2, 1
    .endif
    vector_end
