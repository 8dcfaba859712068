; MTE3 waits for V, V for MTE2, and MTE2 for what nothing sets.
.kernel chain, core=aiv
.param  a, in,  f32[64]
.param  c, out, f32[64]
.buf    A, ub, f32[64]
.buf    C, ub, f32[64]
.flag   full,  mte2 -> v, ids=2
.flag   empty, v -> mte2
.flag   done,  v -> mte3
.include "vector.inc"
chain:
    vector_tile
    wait_flag.mte3.mte2 #2
    mov_out_to_ub [ra], [pa], mv
    set     full[0]
    wait    full[0]
    vadd.f32 [rc], [ra], [ra], v
    set     done
    wait    done
    mov_ub_to_out [pc], [rc], mv
    end
