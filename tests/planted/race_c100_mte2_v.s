; Merged core: V reads X before MTE2 has filled it.
; args: --chip 910A
.kernel k, core=c100
.param  x, in,  f16[4096]
.param  y, out, f16[4096]
.ref    add, x, x, max_ulp=0
.buf    X, ub, f16[4096]
.buf    Y, ub, f16[4096]
.flag   loaded, mte2 -> v
.flag   done,   v -> mte3
k:
    .reg    px:gm, py:gm, rx:ub = X, ry:ub = Y, mv:burst = {len_burst=256}, v:vec3 = {repeat=32}
    ldparam px, x
    ldparam py, y
    mov_out_to_ub [rx], [px], mv                        ; <- RACE other
    .if     !BUG
    set     loaded
    wait    loaded
    .endif
    vadd.f16 [ry], [rx], [rx], v                        ; <- RACE
    set     done
    wait    done
    mov_ub_to_out [py], [ry], mv
    end
