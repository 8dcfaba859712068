; Only the first of the two vector cores says that w is free: in mode 2 the flag reaches the cube core
; when both have set it.
.kernel k, core=mix, ratio=1:2
.include "cross.inc"
.ref    gemm, a, b, rtol=1e-3, atol=1e-3
cube:
    .scope
    cube_begin
    .rept   2
    cube_round
    wait_flag_dev #1                                    ; <- DEADLOCK
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
    mov     at, subblockid
    mov     step, 0
    jumpcmp.gt.s64 at, step, skip
    mov     step, M*N*4
    .endif
    signal  mte2, 1
    .if     BUG
skip:
    .endif
    .rept   2
    wait    saved
    wait_flag_dev #0                                    ; <- DEADLOCK
    mov_out_to_ub_align.b32 [rx], [pw], mv
    signal  mte2, 1
    vector_round
    .endr
    vector_end
