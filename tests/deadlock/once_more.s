; A loop waits once more than it sets.
.kernel once_more, core=aiv
.param  a, in,  f32[64]
.param  c, out, f32[64]
.buf    A, ub, f32[64]
.buf    C, ub, f32[64]
.flag   full,  mte2 -> v, ids=2
.flag   empty, v -> mte2
.flag   done,  v -> mte3
.include "vector.inc"
once_more:
    vector_tile
    mov_out_to_ub [ra], [pa], mv
    set     full[0]
    .rept   2
    wait    full[0]
    vadd.f32 [rc], [ra], [ra], v
    .endr
    end
