; expect: 10:5: BOUNDS: scalar access of 8 bytes at 0x100000002000 is outside every tensor
.kernel k, core=aiv
.param  y, out, f16[4096]
k:
    .reg p:gm, n
    ldparam p, y
    add.s64 p, p, 4000
    add.s64 p, p, 4000
    add.s64 p, p, 192
    ld.b64 n, [p], 0
    end
