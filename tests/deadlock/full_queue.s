; S cannot dispatch the set because the queue of V is full.
.kernel full_queue, core=aiv
.param  a, in,  f32[64]
.param  c, out, f32[64]
.buf    A, ub, f32[64]
.buf    C, ub, f32[64]
.flag   full,  mte2 -> v, ids=2
.flag   empty, v -> mte2
.flag   done,  v -> mte3
.include "vector.inc"
full_queue:
    vector_tile
    wait    full[0]
    .rept   40
    vadd.f32 [rc], [ra], [ra], v
    .endr
    mov_out_to_ub [ra], [pa], mv
    set     full[0]
    end
