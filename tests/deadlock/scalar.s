; S waits for V, and V for a flag that S sets behind its wait.
.kernel scalar, core=aiv
.param  a, in,  f32[64]
.param  c, out, f32[64]
.buf    A, ub, f32[64]
.buf    C, ub, f32[64]
.flag   full,  mte2 -> v, ids=2
.flag   empty, v -> mte2
.flag   done,  v -> mte3
.include "vector.inc"
scalar:
    vector_tile
    wait_flag.s.v #0
    vadd.f32 [rc], [ra], [ra], v
    set_flag.v.s #0
    wait_flag.v.s #0
    set_flag.s.v #0
    end
