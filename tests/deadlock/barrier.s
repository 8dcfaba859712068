; S waits in a barrier for V, which waits for a set behind the barrier.
.kernel barrier, core=aiv
.param  a, in,  f32[64]
.param  c, out, f32[64]
.buf    A, ub, f32[64]
.buf    C, ub, f32[64]
.flag   full,  mte2 -> v, ids=2
.flag   empty, v -> mte2
.flag   done,  v -> mte3
.include "vector.inc"
barrier:
    vector_tile
    wait    full[0]
    vadd.f32 [rc], [ra], [ra], v
    bar.all
    mov_out_to_ub [ra], [pa], mv
    set     full[0]
    end
