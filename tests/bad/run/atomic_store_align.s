; expect: 8:5: ALIGN: atomic store of 4-byte elements: address 0x100000000000, rows of 6 bytes and their distance of 6 must be multiples of 4
.kernel k, core=aiv
.param  y, out, f16[4096]
k:
    .reg p:gm, u:ub = 0, n = 1 << 6, m:align = {len_burst=6}
    ldparam p, y
    mov ctrl, n
    mov_ub_to_out_align.b16 [p], [u], m
    end
