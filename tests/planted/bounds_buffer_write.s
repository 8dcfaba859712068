; The tile of x is 64 elements longer than its buffer: the load runs into the buffer behind it.
.kernel k, core=aiv
.equ    T, BUG ? 1088 : 1024
.param  x, in,  f16[T]
.param  y, out, f16[T]
.ref    copy, x, max_ulp=0
.buf    X, ub, f16[1024]
.buf    Y, ub, f16[1088]
.flag   loaded, mte2 -> v
.flag   done,   v -> mte3
k:
    .reg    px:gm, py:gm, rx:ub = X, ry:ub = Y, mv:align = {len_burst=2*T}, v:vec1 = {repeat=T/64/2}
    ldparam px, x
    ldparam py, y
    mov_out_to_ub_align.b16 [rx], [px], mv              ; <- BOUNDS
    set     loaded
    wait    loaded
    vcopy.b16 [ry], [rx], v
    set     done
    wait    done
    mov_ub_to_out_align.b16 [py], [ry], mv
    end
