; The id comes from a register.
.kernel register_id, core=aiv
.param  a, in,  f32[64]
.param  c, out, f32[64]
.buf    A, ub, f32[64]
.buf    C, ub, f32[64]
.flag   full,  mte2 -> v, ids=2
.flag   empty, v -> mte2
.flag   done,  v -> mte3
.include "vector.inc"
register_id:
    vector_tile
    .reg    id = 1
    mov_out_to_ub [ra], [pa], mv
    set_flag.mte2.v id
    wait    full[0]
    vadd.f32 [rc], [ra], [ra], v
    end
