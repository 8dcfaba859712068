; The load is one element longer than x: it takes two bytes of whatever lies behind the tensor.
.kernel k, core=aiv
.param  n, u32 = 1000, max=8192
.param  x, in,  f16[n]
.param  y, out, f16[n]
.ref    copy, x, max_ulp=0
.buf    X, ub, f16[8192+16]
.flag   loaded, mte2 -> mte3
k:
    .reg    px:gm, py:gm, rx:ub = X, bytes, in:align = {len_burst=0}, out:align = {len_burst=0}
    ldparam px, x
    ldparam py, y
    ldparam bytes, n
    shl.b64 bytes, bytes, 1
    mov     out.len_burst, bytes
    add.s64 bytes, bytes, 2*BUG
    mov     in.len_burst, bytes
    mov_out_to_ub_align.b16 [rx], [px], in              ; <- BOUNDS
    set     loaded
    wait    loaded
    mov_ub_to_out_align.b16 [py], [rx], out
    end
