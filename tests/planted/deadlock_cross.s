; MTE2 waits for V to give the buffer back before V has had it, V waits for MTE2 to fill it:
; neither moves.
.kernel k, core=aiv
.param  x, in,  f16[2048]
.param  y, out, f16[2048]
.ref    relu, x, max_ulp=0
.buf    X, ub, f16[2048]
.buf    Y, ub, f16[2048]
.flag   full,  mte2 -> v
.flag   empty, v -> mte2
.flag   done,  v -> mte3
k:
    .reg    px:gm, py:gm, rx:ub = X, ry:ub = Y, mv:align = {len_burst=4096}, v:vec1 = {repeat=16}
    ldparam px, x
    ldparam py, y
    .if     !BUG
    arm     empty
    .endif
    wait    empty                                       ; <- DEADLOCK
    mov_out_to_ub_align.b16 [rx], [px], mv
    set     full
    wait    full                                        ; <- DEADLOCK
    vrelu.f16 [ry], [rx], v
    set     empty
    .if     !BUG
    drain   empty
    .endif
    set     done
    wait    done
    mov_ub_to_out_align.b16 [py], [ry], mv
    end
