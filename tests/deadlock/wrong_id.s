; The wait names another id than the set.
.kernel wrong_id, core=aiv
.param  a, in,  f32[64]
.param  c, out, f32[64]
.buf    A, ub, f32[64]
.buf    C, ub, f32[64]
.flag   full,  mte2 -> v, ids=2
.flag   empty, v -> mte2
.flag   done,  v -> mte3
.include "vector.inc"
wrong_id:
    vector_tile
    mov_out_to_ub [ra], [pa], mv
    set     full[0]
    wait    full[1]
    vadd.f32 [rc], [ra], [ra], v
    set     done
    wait    done
    mov_ub_to_out [pc], [rc], mv
    end
